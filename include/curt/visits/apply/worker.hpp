#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "curt/base/async.hpp"
#include "curt/base/backoff.hpp"
#include "curt/base/deadline.hpp"
#include "curt/base/loop.hpp"
#include "curt/base/metrics.hpp"
#include "curt/visits/fault_point.hpp"
#include "curt/visits/visit_store.hpp"
#include "curt/visits/visit_stream.hpp"

namespace curt::visits {

class BatchApplier;
class DeliveryOutage;
struct BatchFate;

struct WorkerOptions {
  using Duration = std::chrono::milliseconds;

  std::string name;                  ///< unique among the workers of a stream
  std::size_t batches = 16;          ///< applied at once
  Duration abandoned_after{10'000};  ///< when another worker's entries are taken over
  std::uint64_t deliveries = 5;      ///< entries that came more often are tried alone
  std::uint32_t failures_alone = 3;  ///< after which such an entry is buried, if the database answers
  Duration shortest_idle{50};        ///< between looks into a stream that was empty; doubles up to
  Duration longest_idle{250};
  Duration first_pause{100};  ///< after a failure; doubles up to
  Duration longest_pause{1'000};
  Duration call_deadline{10'000};     ///< for one call of the database
  Duration lag_every{5'000};          ///< between looks at how much there is to do
  Duration forget_every{3'600'000};   ///< between looks for workers that ended without leaving
  Duration forget_after{86'400'000};  ///< of silence; by then others have taken over what they had
  FaultPoint fault_point;
};

/// Takes batches from the stream and applies them to the database. What can never be applied is buried, and
/// given up in the database so that its origin sees it settled. While the database is away it keeps what it
/// has taken and takes no more. Any number of workers share a stream. It is a coroutine on the executor's
/// thread.
class Worker {
 public:
  /// What is given must outlive the worker.
  Worker(VisitStream& stream, VisitStore& store, Metrics& metrics, const Executor& executor,
         WorkerOptions options);
  /// Waits for what is under way, as after stop(). The executor's thread must still run.
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  void start();

  /// Finishes what is under way, takes nothing more and leaves the stream; what it still has falls to other
  /// workers. Does not wait.
  void stop() { loop_.stop(); }

  /// Waits until it has ended, after stop(); false if that took longer than the deadline.
  [[nodiscard]] bool join(Deadline deadline) { return loop_.join_until(deadline.at()); }

 private:
  using Entries = std::vector<StreamEntry>;

  /// How often an entry failed alone, and how many others had been applied when it first did.
  struct Failures {
    std::uint32_t count = 0;
    std::uint64_t others_before = 0;
  };

  [[nodiscard]] WorkerOptions::Duration pause(bool more);
  /// Whether there may be more to do at once.
  awaitable<bool> round();
  awaitable<bool> take();
  [[nodiscard]] bool is_suspect(const StreamEntry& entry) const noexcept {
    return entry.deliveries > options_.deliveries;
  }
  /// How many of the entries that are held are to be applied now, together.
  [[nodiscard]] std::size_t group_size() const;
  awaitable<bool> apply_group();
  awaitable<bool> bury(const StreamEntry& entry, BatchFate fate);
  awaitable<bool> is_hopeless(const StreamEntry& entry, const BatchFate& fate);
  awaitable<void> finish();
  awaitable<void> look_at_lag();
  awaitable<void> forget_idle();
  awaitable<void> leave();
  [[nodiscard]] Deadline call_deadline() const { return Deadline::in(options_.call_deadline); }

  VisitStream& stream_;
  VisitStore& store_;
  const WorkerOptions options_;
  Loop loop_;
  std::unique_ptr<BatchApplier> applier_;
  Backoff backoff_;
  std::unique_ptr<DeliveryOutage> outage_;
  Counter buried_;
  std::size_t group_;                      ///< entries applied together at most; fewer after a failure
  Entries held_;                           ///< taken and not applied
  std::vector<std::string> applied_;       ///< names of entries that the stream is to forget
  std::map<std::string, Failures> alone_;  ///< entries that came too often, by name
  std::uint64_t went_well_ = 0;            ///< entries that were applied
  WorkerOptions::Duration idle_{};
  std::chrono::steady_clock::time_point lag_at_;
  std::optional<std::chrono::steady_clock::time_point> forgot_at_;
  std::atomic<std::uint64_t> waiting_{0};
  std::atomic<std::uint64_t> taken_{0};
  std::atomic<std::uint64_t> dead_{0};
};

}  // namespace curt::visits
