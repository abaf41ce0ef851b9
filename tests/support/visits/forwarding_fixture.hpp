#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "curt/visits/forward/forwarder.hpp"

#include "support/core_threads.hpp"
#include "support/eventually.hpp"
#include "support/fakes/fake_visit_store.hpp"
#include "support/fakes/fake_visit_stream.hpp"
#include "support/manual_clock.hpp"
#include "support/metric_value.hpp"
#include "support/patience.hpp"
#include "support/temp_folder.hpp"
#include "support/visits/quick_forwarding.hpp"
#include "support/visits/visit_batches.hpp"

namespace curt::visits {

/// An epoch whose rings are what the test says.
class StagedEpoch final : public EpochSource {
 public:
  StagedEpoch(EpochId id, std::unique_ptr<Spool> spool)
      : EpochSource(id, "here", test::kVisitTime, std::move(spool)) {}

  RingTotals ring_totals() const override {
    return {.accepted = accepted, .dropped = 1, .pending_since = {}};
  }
  bool is_drained() override { return drained; }
  Closing closing() const override { return lost ? Closing::incomplete : Closing::complete; }
  void remove() override { *removed = true; }

  std::atomic<std::uint64_t> accepted{0};
  std::atomic<bool> drained{false};
  std::atomic<bool> lost{false};
  std::shared_ptr<std::atomic<bool>> removed = std::make_shared<std::atomic<bool>>(false);
};

/// A forwarder over one spool, with a store and a stream that do as they are told.
class ForwardingFixture : public testing::Test {
 protected:
  std::unique_ptr<StagedEpoch> make_epoch(EpochId id) {
    auto spool =
        Spool::open(folder.path() / id.str(), id, {.idle = std::chrono::milliseconds{5}, .fault_point = {}});
    return std::make_unique<StagedEpoch>(id, std::move(spool.value()));
  }

  void start(VisitStream* to) {
    forwarder = std::make_unique<Forwarder>(
        store, to, clock, metrics, threads.executors()[0], [this] { return std::move(abandoned); }, options);
    if (own == nullptr) prepare();
    removed = own->removed;
    forwarder->start(std::move(prepared));
  }

  /// Makes the process's own epoch, which start() does if it is not there.
  void prepare() {
    prepared = make_epoch(own_id);
    own = prepared.get();
  }

  void append(std::uint32_t batches) {
    for (std::uint32_t i = 0; i < batches; ++i) {
      own->accepted += 10;
      ASSERT_TRUE(own->spool().append(encode(test::batch_of(own_id, 10 * next++, 10))));
    }
  }

  /// Plays a worker that applies what is in the stream.
  void work(std::size_t limit = 1000) {
    threads.run(1, [](Turn self) -> awaitable<void> {
      auto entries = co_await self.stream->take("w", self.limit, std::chrono::hours{1});
      std::vector<std::string> done;
      std::vector<Batch> batches;
      for (const StreamEntry& entry : *entries) {
        batches.push_back(*decode(entry.encoded_counts, entry.encoded_details));
        done.push_back(entry.entry);
      }
      Call call{Deadline::in(test::patience())};
      const auto applied = co_await self.store->apply(call, std::move(batches));
      if (applied) co_await self.stream->finish(std::move(done));
    }(Turn{&stream, &store, limit}));
  }
  struct Turn {
    test::FakeVisitStream* stream;
    test::FakeVisitStore* store;
    std::size_t limit;
  };

  bool all_settled() {
    return test::eventually([&] { return own->spool().figures().batches == 0; });
  }
  std::string metric(const std::string& series) { return test::metric_value(metrics, series); }

  test::TempFolder folder;
  test::ManualClock clock{test::kVisitTime + std::chrono::minutes{1}};
  Metrics metrics;
  test::CoreThreads threads{2};
  test::FakeVisitStore store;
  test::FakeVisitStream stream;
  ForwarderOptions options = test::quick_forwarding();
  EpochId own_id = test::epoch_of(1);
  std::unique_ptr<StagedEpoch> prepared;
  StagedEpoch* own = nullptr;
  std::shared_ptr<std::atomic<bool>> removed;
  std::uint64_t next = 0;
  std::vector<std::unique_ptr<EpochSource>> abandoned;
  std::unique_ptr<Forwarder> forwarder;
};

}  // namespace curt::visits
