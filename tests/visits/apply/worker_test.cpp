#include "curt/visits/apply/worker.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "support/core_threads.hpp"
#include "support/eventually.hpp"
#include "support/fakes/fake_visit_store.hpp"
#include "support/fakes/fake_visit_stream.hpp"
#include "support/metric_value.hpp"
#include "support/patience.hpp"
#include "support/visits/quick_forwarding.hpp"
#include "support/visits/visit_batches.hpp"

// Workers apply each entry of the stream once, hold on while the database is away, and bury poison.

namespace curt::visits {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using testing::ElementsAre;
using testing::IsEmpty;

class Working : public testing::Test {
 protected:
  /// A batch of ten visits.
  static EncodedBatch ten_visits(std::uint64_t first) {
    return encode(test::batch_of(test::epoch_of(1), first, 10));
  }
  void put(std::uint64_t first, std::uint64_t deliveries = 0) {
    const EncodedBatch batch = ten_visits(first);
    stream_.put(batch.encoded_counts, batch.encoded_details, deliveries);
  }
  /// Puts this many entries in.
  void put_many(std::uint64_t count) {
    for (std::uint64_t i = 0; i < count; ++i) put(10 * i);
  }
  /// Whether the workers finish all entries.
  bool all_finished() {
    return eventually([&] { return stream_.size() == 0; });
  }
  Worker& start(const char* name = "one") { return start(test::quick_work(name)); }
  Worker& start(WorkerOptions options) {
    workers_.push_back(std::make_unique<Worker>(stream_, store_, metrics_,
                                                threads_.executors()[workers_.size()], std::move(options)));
    workers_.back()->start();
    return *workers_.back();
  }
  std::string metric(const std::string& series) { return test::metric_value(metrics_, series); }

  Metrics metrics_;
  test::CoreThreads threads_{2};
  test::FakeVisitStore store_;
  test::FakeVisitStream stream_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

TEST_F(Working, AppliesEntriesInGroupsAndFinishesThem) {
  put_many(20);
  start();
  ASSERT_TRUE(all_finished());
  EXPECT_EQ(store_.total(), 200U);
  EXPECT_LE(store_.applies(), 3U);
  EXPECT_EQ(metric("curt_visits_applied_total{by=\"worker\"}"), "200");
}

TEST_F(Working, CountsAnEntryThatComesTwiceOnce) {
  put(0);
  put_many(2);
  start();
  ASSERT_TRUE(all_finished());
  EXPECT_EQ(store_.total(), 20U);
  EXPECT_EQ(metric("curt_visit_batches_total{by=\"worker\",outcome=\"replayed\"}"), "1");
}

TEST_F(Working, SharesTheStreamWithOthers) {
  put_many(200);
  start("one");
  start("two");
  ASSERT_TRUE(all_finished());
  EXPECT_EQ(store_.total(), 2000U);
}

TEST_F(Working, TakesOverWhatAnotherAbandoned) {
  put(0);
  threads_.run(1, [](test::FakeVisitStream* from) -> awaitable<void> {
    co_await from->take("dead", 16, 1h);
  }(&stream_));
  start();
  ASSERT_TRUE(all_finished());
  EXPECT_EQ(store_.total(), 10U);
}

TEST_F(Working, BuriesWhatCannotBeRead) {
  stream_.put("nonsense", "");
  put(0);
  start();
  ASSERT_TRUE(all_finished());
  EXPECT_EQ(store_.total(), 10U);
  ASSERT_EQ(stream_.buried().size(), 1U);
  EXPECT_EQ(stream_.buried()[0].first.encoded_counts, "nonsense");
  EXPECT_EQ(metric("curt_visit_batches_buried_total"), "1");
  EXPECT_TRUE(eventually([&] { return metric("curt_visit_stream_entries{state=\"buried\"}") == "1"; }));
}

TEST_F(Working, BuriesWhatTheDatabaseRefusesAndGivesItUpThere) {
  store_.refuse([](const Batch& batch) { return batch.id.first == 10; });
  put_many(4);
  start();
  ASSERT_TRUE(all_finished());
  EXPECT_EQ(store_.total(), 30U);
  EXPECT_TRUE(eventually([&] { return store_.given_up() == 10; }));
  EXPECT_EQ(stream_.buried().size(), 1U);
}

TEST_F(Working, CountsAnEntryWithoutDetailsThatAreDamaged) {
  EncodedBatch batch = ten_visits(0);
  batch.encoded_details[batch.encoded_details.size() / 2] ^= 1;
  stream_.put(batch.encoded_counts, batch.encoded_details);
  start();
  ASSERT_TRUE(all_finished());
  EXPECT_EQ(store_.total(), 10U);
  EXPECT_EQ(store_.details(), 0U);
  EXPECT_TRUE(stream_.buried().empty());
}

TEST_F(Working, KeepsWhatItHasWhileTheDatabaseIsAway) {
  store_.fail_with(ErrorCode::unavailable);
  put_many(40);
  start();
  ASSERT_TRUE(eventually([&] { return metric("curt_visit_stream_entries{state=\"waiting\"}") == "24"; }));
  store_.fail_with(std::nullopt);
  ASSERT_TRUE(all_finished());
  EXPECT_EQ(store_.total(), 400U);
  EXPECT_TRUE(stream_.buried().empty());
}

TEST_F(Working, CountsOnceWhatWasAppliedWithoutAnAnswer) {
  store_.lose_answers(2);
  put_many(20);
  start();
  ASSERT_TRUE(all_finished());
  EXPECT_EQ(store_.total(), 200U);
}

TEST_F(Working, GoesOnWhenTheStreamIsBack) {
  stream_.be_away(true);
  put(0);
  start();
  stream_.be_away(false);
  ASSERT_TRUE(all_finished());
}

TEST_F(Working, TriesAloneWhatCameTooOften) {
  put(0, 7);
  put(10);
  put(20, 9);
  start();
  ASSERT_TRUE(all_finished());
  EXPECT_EQ(store_.total(), 30U);
  EXPECT_EQ(store_.applies(), 3U);
  EXPECT_TRUE(stream_.buried().empty());
}

TEST_F(Working, DoesNotBuryWhatCameTooOftenWhileTheDatabaseIsAway) {
  store_.fail_with(ErrorCode::unavailable);
  put(0, 7);
  start();
  EXPECT_FALSE(eventually([&] { return !stream_.buried().empty(); }, 150ms));
  store_.fail_with(std::nullopt);
  ASSERT_TRUE(all_finished());
  EXPECT_EQ(store_.total(), 10U);
}

TEST_F(Working, BuriesWhatCameTooOftenAndFailsWhileTheDatabaseTakesOthers) {
  store_.fail_apply_of([](const Batch& batch) { return batch.id.first == 0; });
  put(0, 7);
  put(10);
  start();
  ASSERT_TRUE(eventually([&] { return stream_.size() == 1; }));
  ASSERT_TRUE(eventually([&, before = store_.applies()] { return store_.applies() > before + 5; }));
  EXPECT_TRUE(stream_.buried().empty()) << "nobody knows whether others would do better";
  put(20);
  ASSERT_TRUE(all_finished());
  EXPECT_EQ(store_.total(), 20U);
  ASSERT_EQ(stream_.buried().size(), 1U);
  EXPECT_TRUE(eventually([&] { return store_.given_up() == 10; }));
}

TEST_F(Working, BuriesNothingWhileTheDatabaseReadsAndTakesNothing) {
  store_.fail_apply_of([](const Batch&) { return true; });
  put(0, 7);
  put(10, 7);
  start();
  ASSERT_TRUE(eventually([&] { return store_.applies() > 20; }));
  EXPECT_TRUE(stream_.buried().empty()) << "as with a full disk";
  store_.fail_apply_of({});
  ASSERT_TRUE(all_finished());
  EXPECT_EQ(store_.total(), 20U);
  EXPECT_TRUE(stream_.buried().empty());
}

TEST_F(Working, EndsWithWhatIsUnderWay) {
  put_many(100);
  Worker& worker = start();
  ASSERT_TRUE(eventually([&] { return store_.total() > 0; }));
  worker.stop();
  ASSERT_TRUE(worker.join(Deadline::in(test::patience())));
  EXPECT_EQ(store_.total() / 10 + stream_.size(), 100U)
      << "what is applied is finished, what is not is there";
}

TEST_F(Working, LeavesTheStreamWhenItStops) {
  put(0);
  Worker& worker = start();
  ASSERT_TRUE(all_finished());
  EXPECT_THAT(stream_.workers(), ElementsAre("one"));
  worker.stop();
  ASSERT_TRUE(worker.join(Deadline::in(test::patience())));
  EXPECT_THAT(stream_.workers(), IsEmpty());
}

TEST_F(Working, StaysKnownWithWhatItHadAndCouldNotApply) {
  store_.fail_with(ErrorCode::unavailable);
  put(0);
  Worker& worker = start();
  ASSERT_TRUE(eventually([&] { return metric("curt_visit_stream_entries{state=\"taken\"}") == "1"; }));
  worker.stop();
  ASSERT_TRUE(worker.join(Deadline::in(test::patience())));
  EXPECT_THAT(stream_.workers(), ElementsAre("one"));
  EXPECT_EQ(stream_.size(), 1U);
}

TEST_F(Working, ForgetsOneThatDiedOnceItHasTakenOverItsEntries) {
  put(0);
  threads_.run(1, [](test::FakeVisitStream* from) -> awaitable<void> {
    co_await from->take("dead", 16, 1h);
  }(&stream_));
  WorkerOptions options = test::quick_work("one");
  options.forget_every = 5ms;
  options.forget_after = test::patience();
  start(options);
  ASSERT_TRUE(all_finished());
  EXPECT_THAT(stream_.workers(), ElementsAre("dead", "one")) << "which may still be there";
  options.name = "two";
  options.forget_after = 50ms;
  start(options);
  EXPECT_TRUE(eventually([&] { return stream_.workers() == std::vector<std::string>{"one", "two"}; }));
}

}  // namespace
}  // namespace curt::visits
