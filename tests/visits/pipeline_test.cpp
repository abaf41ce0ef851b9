#include "curt/visits/pipeline.hpp"

#include <csignal>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "curt/visits/apply/worker.hpp"

#include "support/core_threads.hpp"
#include "support/eventually.hpp"
#include "support/metric_value.hpp"
#include "support/visits/pipeline_fixture.hpp"
#include "support/visits/visit_batches.hpp"

// From a push to the database: everything once, whoever ends or is away meanwhile.

namespace curt::visits {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using test::eventually;
using test::pipeline_options;

using Instance = PipelineInstance;

class Pipelines : public PipelineFixture {};

TEST_F(Pipelines, CountEverythingOnceAndLeaveNothing) {
  const auto instance = start();
  instance->push(0, "abc", 123);
  instance->push(1, "abc", 20);
  instance->push(1, "xyz", 7);
  EXPECT_TRUE(instance->stop());
  EXPECT_EQ(store_.counts(), (test::FakeVisitStore::Counts{{"abc", 143}, {"xyz", 7}}));
  EXPECT_EQ(store_.details(), 150U);
  EXPECT_EQ(folders(), 0U);
  ASSERT_EQ(store_.reports().size(), 1U);
  const EpochReport report = store_.reports().begin()->second;
  EXPECT_TRUE(report.closed);
  EXPECT_EQ(report.accepted, 150U);
  EXPECT_EQ(report.dropped, 0U);
  EXPECT_EQ(report.pending_since, std::nullopt);
}

TEST_F(Pipelines, TellHowTheirEpochsAreNow) {
  store_.fail_with(ErrorCode::unavailable);
  const auto instance = start();
  const auto own = [&] { return instance->pipeline->reports().at(0); };
  instance->push(0, "abc", 3);
  EXPECT_TRUE(eventually([&] { return own().accepted == 3; }));
  EXPECT_TRUE(eventually([&] { return own().pending_since == test::kVisitTime; }));
  store_.fail_with(std::nullopt);
  EXPECT_TRUE(eventually([&] { return !own().pending_since; }));
  EXPECT_EQ(own().accepted, 3U);
}

TEST_F(Pipelines, CountWhatAFullRingLost) {
  auto options = pipeline_options(folder_.path() / "visits");
  options.ring_records = 64;
  options.batches.age = 1h;
  Instance instance{store_, nullptr, std::move(options)};
  instance.push(0, "abc", 100'000);
  EXPECT_TRUE(instance.stop());
  const EpochReport report = store_.reports().begin()->second;
  EXPECT_EQ(report.accepted, 100'000U);
  EXPECT_EQ(store_.total() + report.dropped, 100'000U);
}

TEST_F(Pipelines, LeaveToTheNextProcessWhatTheDatabaseHasNot) {
  store_.fail_with(ErrorCode::unavailable);
  {
    const auto instance = start();
    instance->push(0, "abc", 42);
    EXPECT_FALSE(instance->stop(50ms));
  }
  EXPECT_EQ(folders(), 1U);
  store_.fail_with(std::nullopt);
  const auto instance = start();
  EXPECT_TRUE(eventually([&] { return folders() == 1 && store_.total() == 42; }));
  EXPECT_TRUE(instance->stop());
  EXPECT_EQ(open_epochs(), 0U);
  EXPECT_EQ(folders(), 0U);
}

TEST_F(Pipelines, DoNotTakeFromEachOtherWhileBothLive) {
  const auto one = start();
  const auto two = start();
  one->push(0, "abc", 10);
  two->push(0, "abc", 20);
  EXPECT_TRUE(one->stop());
  EXPECT_TRUE(two->stop());
  EXPECT_EQ(store_.total(), 30U);
  EXPECT_EQ(test::metric_value(two->metrics, "curt_visit_epochs_adopted_total"), "0");
}

TEST_F(Pipelines, CountWhatAKilledProcessHad) {
  // A kill in each phase: right after the pushes, and later and later.
  for (int pause = 0; pause < 5; ++pause) {
    const std::uint64_t before = store_.total();
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      test::FakeVisitStore away;
      away.fail_with(ErrorCode::unavailable);
      Instance instance{away, nullptr, pipeline_options(folder_.path() / "visits")};
      instance.push(0, "abc", 300);
      instance.push(1, "xyz", 200);
      ::usleep(static_cast<useconds_t>(pause) * 3000);
      ::kill(::getpid(), SIGKILL);
    }
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    ASSERT_EQ(folders(), 1U);
    const auto instance = start();
    EXPECT_TRUE(eventually([&] { return folders() == 1; }));
    EXPECT_TRUE(instance->stop());
    EXPECT_EQ(store_.total(), before + 500);
    EXPECT_EQ(open_epochs(), 0U);
    for (const auto& [id, report] : store_.reports())
      EXPECT_TRUE(report.accepted == 500 || report.accepted == 0);
  }
}

TEST_F(Pipelines, DoNotCloseAnEpochWhoseRingHasGone) {
  store_.fail_with(ErrorCode::unavailable);
  {
    const auto instance = start();
    instance->push(0, "abc", 42);
    instance->stop(50ms);
  }
  fs::remove(only_folder() / "ring-1");
  store_.fail_with(std::nullopt);
  const auto instance = start();
  EXPECT_TRUE(eventually([&] { return folders() == 1; }));
  EXPECT_TRUE(instance->stop());
  EXPECT_EQ(store_.total(), 42U) << "what had come to the spool";
  EXPECT_EQ(open_epochs(), 1U);
}

TEST_F(Pipelines, KeepAFolderWithADamagedRing) {
  store_.fail_with(ErrorCode::unavailable);
  {
    const auto instance = start();
    instance->push(0, "abc", 42);
    instance->stop(50ms);
  }
  const fs::path left = only_folder();
  std::ofstream{left / "ring-1"} << "no ring";
  store_.fail_with(std::nullopt);
  const auto instance = start();
  EXPECT_TRUE(eventually([&] { return store_.total() == 42; }));
  EXPECT_TRUE(eventually([&] { return test::metric_value(instance->metrics, "curt_visit_epochs") == "1"; }));
  EXPECT_TRUE(instance->stop());
  EXPECT_TRUE(fs::exists(left / "ring-1"));
  EXPECT_EQ(test::metric_value(instance->metrics, "curt_visit_epochs_adopted_total"), "1")
      << "not again and again";
  EXPECT_EQ(open_epochs(), 1U);
}

TEST_F(Pipelines, TryARingAgainThatCannotBeOpenedForNow) {
  store_.fail_with(ErrorCode::unavailable);
  const auto leave_behind = [this](int visits) {
    const auto instance = start();
    instance->push(0, "abc", visits);
    instance->stop(50ms);
  };
  leave_behind(42);
  const fs::path ring = only_folder() / "ring-1";
  const fs::path aside = folder_.path() / "aside";
  fs::rename(ring, aside);
  fs::create_symlink(ring, ring);  // leads nowhere, which is neither missing nor damaged
  leave_behind(7);
  store_.fail_with(std::nullopt);
  const auto instance = start();
  EXPECT_TRUE(eventually([&] { return store_.total() == 7; })) << "of the folder beside it";
  fs::rename(aside, ring);
  EXPECT_TRUE(eventually([&] { return store_.total() == 49; }));
  EXPECT_TRUE(eventually([&] { return folders() == 1; }));
  EXPECT_TRUE(instance->stop());
  EXPECT_EQ(open_epochs(), 0U) << "nothing was lost";
}

TEST_F(Pipelines, SayWhyTheyCannotBegin) {
  std::ofstream{folder_.path() / "visits"} << "a file";
  EXPECT_THROW(start(), std::runtime_error);
}

TEST_F(Pipelines, CountExactlyWhileEverythingFailsInTurn) {
  auto options = pipeline_options(folder_.path() / "visits");
  options.ring_records = 1 << 15;
  options.batches.visits = 50;
  options.spool.segment_bytes = 20'000;
  test::CoreThreads workers{2};
  Metrics metrics;
  Worker first{stream_, store_, metrics, workers.executors()[0], test::quick_work("first")};
  Worker second{stream_, store_, metrics, workers.executors()[1], test::quick_work("second")};
  first.start();
  second.start();
  Instance one{store_, &stream_, options};
  Instance two{store_, &stream_, options};
  constexpr int kEach = 5000;
  const auto push = [](Instance& instance, std::size_t core, const char* code) {
    for (int i = 0; i < kEach; i += 10) {
      instance.push(core, code, 10);
      std::this_thread::yield();
    }
  };
  std::thread pushers[] = {std::thread{push, std::ref(one), 0, "a"}, std::thread{push, std::ref(one), 1, "b"},
                           std::thread{push, std::ref(two), 0, "a"},
                           std::thread{push, std::ref(two), 1, "c"}};
  for (int turn = 0; turn < 8; ++turn) {
    store_.lose_answers(2);
    stream_.lose_answers(2);
    ASSERT_TRUE(eventually([&] { return store_.applies() > static_cast<std::size_t>(turn); }));
    stream_.lose_everything();
    stream_.be_away(turn % 2 == 0);
    store_.fail_with(turn % 3 == 0 ? std::optional{ErrorCode::unavailable} : std::nullopt);
    EXPECT_FALSE(eventually([] { return false; }, 20ms));
    stream_.be_away(false);
    store_.fail_with(std::nullopt);
  }
  for (std::thread& pusher : pushers) pusher.join();
  EXPECT_TRUE(one.stop());
  EXPECT_TRUE(two.stop());
  EXPECT_EQ(store_.counts(), (test::FakeVisitStore::Counts{{"a", 2 * kEach}, {"b", kEach}, {"c", kEach}}));
  EXPECT_EQ(store_.details(), 4U * kEach);
  EXPECT_EQ(folders(), 0U);
  EXPECT_EQ(open_epochs(), 0U);
}

}  // namespace
}  // namespace curt::visits
