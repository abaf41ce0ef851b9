#include "visits/forward/stream_delivery.hpp"

#include <chrono>
#include <cstdint>

#include <gtest/gtest.h>

#include "support/visits/forwarding_fixture.hpp"

// A stream that is bounded in bytes.

namespace curt::visits {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using Tells = test::FakeVisitStream::Tells;

constexpr std::uint64_t kBound = 8'000;

class StreamBoundedInBytes : public ForwardingFixture {
 protected:
  /// Appends more than there is room for, and waits until no more of it comes.
  void fill() {
    append(100);
    ASSERT_TRUE(eventually([&] { return stream.size() > 3; }));
    ASSERT_FALSE(eventually([&] { return stream.bytes() > bound_; }, 60ms));
  }

  /// Whether all of it comes through while somebody works.
  bool comes_through() {
    return eventually([&] {
      EXPECT_LE(stream.bytes(), bound_);
      work(5);
      return own->spool().figures().batches == 0;
    });
  }

  std::uint64_t bound_ = kBound;
};

TEST_F(StreamBoundedInBytes, LetsTheOthersWaitInTheSpool) {
  options.stream_bytes = kBound;
  start(&stream);
  fill();
  EXPECT_LT(stream.size(), 50U);
  EXPECT_EQ(own->spool().figures().batches, 100U);
  EXPECT_TRUE(
      eventually([&] { return metric("curt_visit_stream_bytes") == std::to_string(stream.bytes()); }));
  EXPECT_TRUE(comes_through());
  EXPECT_EQ(store.total(), 1000U);
  EXPECT_EQ(stream.appended(), 100U);
}

TEST_F(StreamBoundedInBytes, TakesAQuarterOfTheServersMemory) {
  stream.tell(Tells::bytes, 4 * kBound);
  start(&stream);
  fill();
  EXPECT_TRUE(comes_through());
  EXPECT_EQ(store.total(), 1000U);
}

TEST_F(StreamBoundedInBytes, IsEstimatedWhereTheServerDoesNotTell) {
  stream.tell(Tells::nothing);
  options.stream_bytes = kBound;
  start(&stream);
  fill();
  EXPECT_TRUE(comes_through());
  EXPECT_EQ(store.total(), 1000U);
}

TEST_F(StreamBoundedInBytes, TakesOneAfterTheOtherWhereNoneFits) {
  options.stream_bytes = bound_ = 1;
  start(&stream);
  append(5);
  EXPECT_TRUE(eventually([&] {
    EXPECT_LE(stream.size(), 1U);
    work();
    return own->spool().figures().batches == 0;
  }));
  EXPECT_EQ(store.total(), 50U);
}

}  // namespace
}  // namespace curt::visits
