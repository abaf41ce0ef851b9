#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

#include "curt/visits/drain/drain.hpp"

#include "support/fakes/fake_batch_sink.hpp"
#include "support/patience.hpp"
#include "support/temp_folder.hpp"
#include "support/visits/some_record.hpp"

namespace curt::visits {
namespace {

using namespace std::chrono_literals;
using test::FakeBatchSink;
using test::some_record;

/// Cores push as fast as they can into small rings, somebody flushes and looks at the metrics all the while,
/// and the disk fails now and then. Every visit is with the sink once or was counted as lost. For the thread
/// sanitizer above all.
TEST(DrainStress, CountsEveryVisitOnce) {
  constexpr std::size_t kCores = 3;
  constexpr int kPushes = 30'000;
  const curt::test::TempFolder folder;
  std::vector<std::unique_ptr<RequestRing>> rings;
  std::vector<RequestRing*> pointers;
  for (std::size_t core = 0; core < kCores; ++core) {
    auto ring = RequestRing::create(folder.path() / ("ring-" + std::to_string(core)), 1024);
    rings.push_back(std::move(ring.value()));
    pointers.push_back(rings.back().get());
  }
  FakeBatchSink sink;
  Metrics metrics;
  std::atomic<std::uint64_t> lines{0};
  DrainOptions options;
  options.batches.visits = 100;
  options.batches.age = 2ms;
  options.is_bot = [](std::string_view agent) { return agent.ends_with('7'); };
  options.lines = [&](std::string_view text) {
    lines += static_cast<std::uint64_t>(std::count(text.begin(), text.end(), '\n'));
  };
  {
    Drain drain{pointers, sink, options, metrics};
    std::atomic<bool> pushed{false};
    std::thread watcher{[&] {
      for (bool failing = false; !pushed; failing = !failing) {
        sink.fail(failing);
        static_cast<void>(drain.flush(Deadline::in(3ms)));
        static_cast<void>(drain.pending_since());
        static_cast<void>(metrics.to_text());
      }
      sink.fail(false);
    }};
    std::vector<std::thread> cores;
    for (RequestRing* ring : pointers) {
      cores.emplace_back([ring] {
        for (int i = 0; i < kPushes; ++i) {
          const std::string code = "code" + std::to_string(i % 13);
          const std::string agent = "agent " + std::to_string(i % 31);
          RequestRecord record = some_record();
          record.code = code;
          record.user_agent = agent;
          ring->push(record);
          if (i % 64 == 0) std::this_thread::yield();
        }
      });
    }
    for (std::thread& core : cores) core.join();
    pushed = true;
    watcher.join();
    EXPECT_TRUE(drain.flush(Deadline::in(curt::test::patience())));
  }
  std::uint64_t taken = 0;
  std::uint64_t lost = 0;
  std::uint64_t lines_lost = 0;
  for (const auto& ring : rings) {
    taken += ring->counts().visits;
    lost += ring->counts().visits_lost;
    lines_lost += ring->counts().lines_lost;
    EXPECT_EQ(ring->size(), 0U);
  }
  EXPECT_EQ(taken + lost, kCores * kPushes);
  EXPECT_EQ(sink.total(), taken);
  EXPECT_EQ(sink.broken(), 0U);
  EXPECT_EQ(lines.load() + lines_lost, kCores * kPushes);
  std::vector<std::uint64_t> through(kCores);
  for (const Batch& batch : sink.batches()) {
    EXPECT_GE(batch.id.first, through.at(batch.id.ring)) << "batches of a ring never overlap";
    through.at(batch.id.ring) = batch.id.end();
  }
}

}  // namespace
}  // namespace curt::visits
