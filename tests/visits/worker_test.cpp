#include "curt/visits/worker.hpp"

#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "support/core_threads.hpp"
#include "support/eventually.hpp"
#include "support/fake_visit_store.hpp"
#include "support/fake_visit_stream.hpp"
#include "support/metric_value.hpp"
#include "support/quick_forwarding.hpp"
#include "support/visit_batches.hpp"

// Workers apply each entry of the stream once, hold on while the database is away, and bury poison.

namespace curt::visits {
namespace {

using namespace std::chrono_literals;
using test::batch_of;
using test::epoch_of;
using test::eventually;

class Working : public testing::Test {
 protected:
  void put(std::uint64_t first, std::uint64_t deliveries = 0) {
    const EncodedBatch batch = encode(batch_of(epoch_of(1), first, 10));
    stream.put(batch.counts, batch.details, deliveries);
  }
  Worker& start(const char* name = "one") {
    workers.push_back(std::make_unique<Worker>(stream, store, metrics, threads.executors()[workers.size()],
                                               test::quick_work(name)));
    workers.back()->start();
    return *workers.back();
  }
  std::string metric(const std::string& series) { return test::metric_value(metrics, series); }

  Metrics metrics;
  test::CoreThreads threads{2};
  test::FakeVisitStore store;
  test::FakeVisitStream stream;
  std::vector<std::unique_ptr<Worker>> workers;
};

TEST_F(Working, AppliesEntriesInGroupsAndFinishesThem) {
  for (std::uint64_t i = 0; i < 20; ++i) put(10 * i);
  start();
  ASSERT_TRUE(eventually([&] { return stream.size() == 0; }));
  EXPECT_EQ(store.total(), 200U);
  EXPECT_LE(store.applies(), 3U);
  EXPECT_EQ(metric("curt_visits_applied_total{by=\"worker\"}"), "200");
}

TEST_F(Working, CountsAnEntryThatComesTwiceOnce) {
  put(0);
  put(0);
  put(10);
  start();
  ASSERT_TRUE(eventually([&] { return stream.size() == 0; }));
  EXPECT_EQ(store.total(), 20U);
  EXPECT_EQ(metric("curt_visit_batches_total{by=\"worker\",outcome=\"replayed\"}"), "1");
}

TEST_F(Working, SharesTheStreamWithOthers) {
  for (std::uint64_t i = 0; i < 200; ++i) put(10 * i);
  start("one");
  start("two");
  ASSERT_TRUE(eventually([&] { return stream.size() == 0; }));
  EXPECT_EQ(store.total(), 2000U);
}

TEST_F(Working, TakesOverWhatAnotherAbandoned) {
  put(0);
  threads.run(1, [](test::FakeVisitStream* from) -> awaitable<void> {
    co_await from->take("dead", 16, 1h);
  }(&stream));
  start();
  ASSERT_TRUE(eventually([&] { return stream.size() == 0; }));
  EXPECT_EQ(store.total(), 10U);
}

TEST_F(Working, BuriesWhatCannotBeRead) {
  stream.put("nonsense", "");
  put(0);
  start();
  ASSERT_TRUE(eventually([&] { return stream.size() == 0; }));
  EXPECT_EQ(store.total(), 10U);
  ASSERT_EQ(stream.buried().size(), 1U);
  EXPECT_EQ(stream.buried()[0].first.counts, "nonsense");
  EXPECT_EQ(metric("curt_visit_batches_buried_total"), "1");
  EXPECT_TRUE(eventually([&] { return metric("curt_visit_stream_entries{state=\"buried\"}") == "1"; }));
}

TEST_F(Working, BuriesWhatTheDatabaseRefusesAndGivesItUpThere) {
  store.refuse([](const Batch& batch) { return batch.id.first == 10; });
  for (std::uint64_t i = 0; i < 4; ++i) put(10 * i);
  start();
  ASSERT_TRUE(eventually([&] { return stream.size() == 0; }));
  EXPECT_EQ(store.total(), 30U);
  EXPECT_TRUE(eventually([&] { return store.given_up() == 10; }));
  EXPECT_EQ(stream.buried().size(), 1U);
}

TEST_F(Working, CountsAnEntryWithoutDetailsThatAreDamaged) {
  EncodedBatch batch = encode(batch_of(epoch_of(1), 0, 10));
  batch.details[batch.details.size() / 2] ^= 1;
  stream.put(batch.counts, batch.details);
  start();
  ASSERT_TRUE(eventually([&] { return stream.size() == 0; }));
  EXPECT_EQ(store.total(), 10U);
  EXPECT_EQ(store.details(), 0U);
  EXPECT_TRUE(stream.buried().empty());
}

TEST_F(Working, KeepsWhatItHasWhileTheDatabaseIsAway) {
  store.fail_with(ErrorCode::unavailable);
  for (std::uint64_t i = 0; i < 40; ++i) put(10 * i);
  start();
  ASSERT_TRUE(eventually([&] { return metric("curt_visit_stream_entries{state=\"waiting\"}") == "24"; }));
  store.fail_with(std::nullopt);
  ASSERT_TRUE(eventually([&] { return stream.size() == 0; }));
  EXPECT_EQ(store.total(), 400U);
  EXPECT_TRUE(stream.buried().empty());
}

TEST_F(Working, CountsOnceWhatWasAppliedWithoutAnAnswer) {
  store.lose_answers(2);
  for (std::uint64_t i = 0; i < 20; ++i) put(10 * i);
  start();
  ASSERT_TRUE(eventually([&] { return stream.size() == 0; }));
  EXPECT_EQ(store.total(), 200U);
}

TEST_F(Working, GoesOnWhenTheStreamIsBack) {
  stream.be_away(true);
  put(0);
  start();
  stream.be_away(false);
  ASSERT_TRUE(eventually([&] { return stream.size() == 0; }));
}

TEST_F(Working, TriesAloneWhatCameTooOften) {
  put(0, 7);
  put(10);
  put(20, 9);
  start();
  ASSERT_TRUE(eventually([&] { return stream.size() == 0; }));
  EXPECT_EQ(store.total(), 30U);
  EXPECT_EQ(store.applies(), 3U);
  EXPECT_TRUE(stream.buried().empty());
}

TEST_F(Working, DoesNotBuryWhatCameTooOftenWhileTheDatabaseIsAway) {
  store.fail_with(ErrorCode::unavailable);
  put(0, 7);
  start();
  EXPECT_FALSE(eventually([&] { return !stream.buried().empty(); }, 150ms));
  store.fail_with(std::nullopt);
  ASSERT_TRUE(eventually([&] { return stream.size() == 0; }));
  EXPECT_EQ(store.total(), 10U);
}

TEST_F(Working, BuriesWhatCameTooOftenAndFailsWhileTheDatabaseTakesOthers) {
  store.fail_apply_of([](const Batch& batch) { return batch.id.first == 0; });
  put(0, 7);
  put(10);
  start();
  ASSERT_TRUE(eventually([&] { return stream.size() == 1; }));
  ASSERT_TRUE(eventually([&, before = store.applies()] { return store.applies() > before + 5; }));
  EXPECT_TRUE(stream.buried().empty()) << "nobody knows whether others would do better";
  put(20);
  ASSERT_TRUE(eventually([&] { return stream.size() == 0; }));
  EXPECT_EQ(store.total(), 20U);
  ASSERT_EQ(stream.buried().size(), 1U);
  EXPECT_TRUE(eventually([&] { return store.given_up() == 10; }));
}

TEST_F(Working, BuriesNothingWhileTheDatabaseReadsAndTakesNothing) {
  store.fail_apply_of([](const Batch&) { return true; });
  put(0, 7);
  put(10, 7);
  start();
  ASSERT_TRUE(eventually([&] { return store.applies() > 20; }));
  EXPECT_TRUE(stream.buried().empty()) << "as with a full disk";
  store.fail_apply_of({});
  ASSERT_TRUE(eventually([&] { return stream.size() == 0; }));
  EXPECT_EQ(store.total(), 20U);
  EXPECT_TRUE(stream.buried().empty());
}

TEST_F(Working, EndsWithWhatIsUnderWay) {
  for (std::uint64_t i = 0; i < 100; ++i) put(10 * i);
  Worker& worker = start();
  ASSERT_TRUE(eventually([&] { return store.total() > 0; }));
  worker.stop();
  ASSERT_TRUE(worker.join(Deadline::in(20s)));
  EXPECT_EQ(store.total() / 10 + stream.size(), 100U) << "what is applied is finished, what is not is there";
}

}  // namespace
}  // namespace curt::visits
