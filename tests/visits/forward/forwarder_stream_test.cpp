#include <gtest/gtest.h>

#include "curt/visits/forward/forwarder.hpp"

#include "support/patience.hpp"
#include "support/visits/forwarding_fixture.hpp"

// The same through a stream that is full, away, or loses what it had.

namespace curt::visits {
namespace {

using namespace std::chrono_literals;
using test::eventually;

class ForwardingByStream : public ForwardingFixture {};

TEST_F(ForwardingByStream, PutsBatchesIntoTheStreamAndSettlesWhatComesOut) {
  start(&stream);
  append(5);
  ASSERT_TRUE(eventually([&] { return stream.size() == 5; }));
  EXPECT_EQ(own->spool().figures().batches, 5U);
  EXPECT_EQ(store.total(), 0U);
  work();
  ASSERT_TRUE(all_settled());
  EXPECT_EQ(store.total(), 50U);
  EXPECT_EQ(stream.appended(), 5U);
}

TEST_F(ForwardingByStream, WaitsInTheSpoolWhileTheStreamIsFull) {
  options.stream_length = 3;
  start(&stream);
  append(10);
  ASSERT_TRUE(eventually([&] { return stream.size() == 3; }));
  work(2);
  ASSERT_TRUE(eventually([&] { return stream.size() == 3 && own->spool().figures().batches == 8; }));
  EXPECT_TRUE(eventually([&] {
    work();
    return own->spool().figures().batches == 0;
  }));
  EXPECT_EQ(store.total(), 100U);
  EXPECT_EQ(stream.appended(), 10U);
}

TEST_F(ForwardingByStream, DeliversAgainWhatTheStreamHasLost) {
  start(&stream);
  append(5);
  ASSERT_TRUE(eventually([&] { return stream.size() == 5; }));
  stream.lose_everything();
  ASSERT_TRUE(eventually([&] { return stream.size() == 5; }));
  work();
  ASSERT_TRUE(all_settled());
  EXPECT_EQ(store.total(), 50U);
  EXPECT_EQ(metric("curt_visit_batches_resent_total"), "5");
}

TEST_F(ForwardingByStream, DoesNotDeliverAgainWhatIsStillInTheStream) {
  options.lost_after = 10ms;
  start(&stream);
  append(5);
  ASSERT_TRUE(eventually([&] { return stream.size() == 5; }));
  EXPECT_FALSE(eventually([&] { return stream.appended() > 5; }, 100ms));
}

TEST_F(ForwardingByStream, GoesStraightToTheDatabaseWhileTheStreamIsAway) {
  stream.be_away(true);
  start(&stream);
  append(5);
  ASSERT_TRUE(all_settled());
  EXPECT_EQ(store.total(), 50U);
  stream.be_away(false);
  ASSERT_TRUE(eventually([&] {
    append(1);
    return stream.size() > 0;
  }));
}

TEST_F(ForwardingByStream, AppliesItselfWhatIsInAStreamThatHasGone) {
  start(&stream);
  append(5);
  ASSERT_TRUE(eventually([&] { return stream.size() == 5; }));
  stream.be_away(true);
  append(1);
  ASSERT_TRUE(all_settled());
  EXPECT_EQ(store.total(), 60U);
  stream.be_away(false);
  work();
  EXPECT_EQ(store.total(), 60U) << "what the stream still had was a replay";
}

TEST_F(ForwardingByStream, CountsOnceWhatTheStreamTookWithoutAnAnswer) {
  stream.lose_answers(2);
  start(&stream);
  append(4);
  EXPECT_TRUE(eventually([&] {
    work();
    return own->spool().figures().batches == 0;
  }));
  EXPECT_EQ(store.total(), 40U);
}

TEST_F(ForwardingByStream, WaitsWhileBothAreAway) {
  stream.be_away(true);
  store.fail_with(ErrorCode::unavailable);
  start(&stream);
  append(5);
  ASSERT_FALSE(eventually([&] { return own->spool().figures().batches < 5; }, 60ms));
  store.fail_with(std::nullopt);
  ASSERT_TRUE(all_settled());
  EXPECT_EQ(store.total(), 50U);
}

TEST_F(ForwardingByStream, AppliesItselfWhatNoWorkerTakesBeforeTheEnd) {
  start(&stream);
  append(5);
  ASSERT_TRUE(eventually([&] { return stream.size() == 5; }));
  own->drained = true;
  EXPECT_TRUE(forwarder->finish(Deadline::in(test::patience())));
  EXPECT_EQ(store.total(), 50U);
  work();
  EXPECT_EQ(store.total(), 50U);
}

}  // namespace
}  // namespace curt::visits
