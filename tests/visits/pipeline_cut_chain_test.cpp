#include <atomic>
#include <filesystem>
#include <iterator>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "curt/base/random.hpp"
#include "curt/visits/apply/worker.hpp"
#include "curt/visits/pipeline.hpp"

#include "support/core_threads.hpp"
#include "support/eventually.hpp"
#include "support/fakes/fake_visit_store.hpp"
#include "support/fakes/fake_visit_stream.hpp"
#include "support/manual_clock.hpp"
#include "support/patience.hpp"
#include "support/temp_folder.hpp"
#include "support/visits/pipeline_options.hpp"
#include "support/visits/visit_batches.hpp"

// The chain from the rings to the database is cut at its first step, its second, and so on until it comes
// through: after each cut the next process ends with exact totals.

namespace curt::visits {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using Counts = test::FakeVisitStore::Counts;

/// Ends the process, as it were, at a step: from there on nothing that outlives it happens any more.
class Knife {
 public:
  explicit Knife(int step) : step_(step) {}

  FaultPoint point() {
    return [this](std::string_view) {
      if (away_) return;
      if (steps_++ >= step_) {
        fell_ = true;
        throw Cut{};
      }
    };
  }
  [[nodiscard]] bool fell() const { return fell_; }
  void put_away() { away_ = true; }

 private:
  int step_;
  std::atomic<int> steps_{0};
  std::atomic<bool> fell_{false};
  std::atomic<bool> away_{false};
};

struct World {
  test::TempFolder folder;
  test::ManualClock clock{test::kVisitTime + 1min};
  SystemRandom random;
  test::FakeVisitStore store;
  test::FakeVisitStream stream;
};

enum class Way { direct, stream };

/// How a chain ended: cut, at its end, or when the time for its end had passed.
enum class End { cut, through, late };

/// A machine with an instance and a worker.
class Machine {
 public:
  Machine(World& world, Way way, const FaultPoint& point, const char* name) {
    auto work = test::quick_work(name);
    work.fault_point = point;
    if (way == Way::stream) {
      worker_ = std::make_unique<Worker>(world.stream, world.store, metrics_, threads_.executors()[0], work);
      worker_->start();
    }
    auto options = test::pipeline_options(world.folder.path());
    options.fault_point = point;
    auto opened = VisitPipeline::open(world.store, way == Way::stream ? &world.stream : nullptr, world.clock,
                                      world.random, metrics_, threads_.executors()[1], std::move(options));
    if (!opened) throw std::runtime_error{opened.error().log};
    pipeline_ = std::move(*opened);
  }

  /// What was pushed.
  Counts push() {
    for (int i = 0; i < 11; ++i) {
      pipeline_->ring(0).push(test::visit_of("abc"));
      pipeline_->ring(1).push(test::visit_of("xyz"));
    }
    return {{"abc", 11}, {"xyz", 11}};
  }
  bool stop(std::chrono::milliseconds time) { return pipeline_->stop(Deadline::in(time)); }

 private:
  Metrics metrics_;
  test::CoreThreads threads_{2};
  std::unique_ptr<Worker> worker_;
  std::unique_ptr<VisitPipeline> pipeline_;
};

/// Runs the chain with a cut at this step, and with this time for its end, which every cut there takes.
End run_cut_at(int step, Way way, std::chrono::milliseconds time) {
  World world;
  Knife knife{step};
  world.store.use(knife.point());
  world.stream.use(knife.point());
  Counts pushed;
  bool came_through = false;
  try {
    Machine machine{world, way, knife.point(), "first"};
    pushed = machine.push();
    // A first part on its usual way, the rest on that of the end.
    EXPECT_TRUE(eventually([&] { return knife.fell() || world.store.total() == 22; }));
    if (!knife.fell()) {
      machine.push();
      pushed = {{"abc", 22}, {"xyz", 22}};
    }
    if (!knife.fell()) came_through = machine.stop(time);
  } catch (const std::exception&) {
    EXPECT_TRUE(knife.fell());
  }
  knife.put_away();
  {
    Machine machine{world, way, {}, "second"};
    const auto only_its_own = [&] {
      return std::distance(std::filesystem::directory_iterator{world.folder.path()}, {}) == 1;
    };
    EXPECT_TRUE(eventually(only_its_own)) << "cut at step " << step;
    EXPECT_TRUE(machine.stop(test::patience()));
  }
  EXPECT_EQ(world.store.counts(), pushed) << "cut at step " << step;
  EXPECT_TRUE(std::filesystem::is_empty(world.folder.path())) << "cut at step " << step;
  for (const auto& [id, report] : world.store.reports()) {
    EXPECT_TRUE(report.closed) << "cut at step " << step;
    EXPECT_EQ(report.dropped, 0U);
  }
  if (came_through) return End::through;
  return knife.fell() ? End::cut : End::late;
}

/// Steps are shared out among some tests, each of which cuts every kShares-th.
constexpr int kShares = 5;

class CutChain : public testing::TestWithParam<int> {
 protected:
  /// Cuts until the chain comes through; the step at which it did.
  static int cut(Way way) {
    int step = GetParam();
    std::chrono::milliseconds time = 250ms;
    while (!HasFailure()) {
      const End end = run_cut_at(step, way, time);
      if (end == End::through) break;
      if (end == End::cut) step += kShares;
      if (end == End::late) {  // a busy machine
        time *= 2;
        EXPECT_LE(time, test::patience());
      }
    }
    return step;
  }
};

TEST_P(CutChain, CountsExactlyWhereverTheWayToTheDatabaseIsCut) { EXPECT_GT(cut(Way::direct), 60); }

TEST_P(CutChain, CountsExactlyWhereverTheWayThroughTheStreamIsCut) { EXPECT_GT(cut(Way::stream), 80); }

INSTANTIATE_TEST_SUITE_P(Steps, CutChain, testing::Range(0, kShares));

TEST(CutWorker, LeavesExactTotalsWhereverItIsCut) {
  int step = 0;
  for (bool cut = true; cut && !testing::Test::HasFailure(); ++step) {
    World world;
    Knife knife{step};
    test::CoreThreads threads{3};
    Metrics metrics;
    for (std::uint64_t i = 0; i < 4; ++i) {
      const EncodedBatch batch = encode(test::batch_of(test::epoch_of(1), 10 * i, 10));
      world.stream.put(batch.encoded_counts, batch.encoded_details);
    }
    world.stream.put("nonsense", "");
    world.store.refuse([](const Batch& batch) { return batch.id.first == 20; });
    auto work = test::quick_work("cut");
    work.batches = 2;
    work.fault_point = knife.point();
    Worker first{world.stream, world.store, metrics, threads.executors()[0], work};
    first.start();
    EXPECT_TRUE(eventually([&] { return knife.fell() || world.stream.size() == 0; }));
    first.stop();
    EXPECT_TRUE(first.join(Deadline::in(test::patience())));
    cut = knife.fell();
    Worker second{world.stream, world.store, metrics, threads.executors()[1], test::quick_work("second")};
    second.start();
    EXPECT_TRUE(eventually([&] { return world.stream.size() == 0; }));
    EXPECT_EQ(world.store.total(), 30U) << "cut at step " << step;
    // Put aside, if not given up yet: then its origin sends it again.
    EXPECT_GE(world.stream.buried().size(), 2U) << "cut at step " << step;
  }
  EXPECT_GT(step, 10);
}

}  // namespace
}  // namespace curt::visits
