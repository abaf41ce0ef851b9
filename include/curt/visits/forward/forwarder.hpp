#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "curt/base/async.hpp"
#include "curt/base/backoff.hpp"
#include "curt/base/clock.hpp"
#include "curt/base/deadline.hpp"
#include "curt/base/loop.hpp"
#include "curt/base/metrics.hpp"
#include "curt/domain/error.hpp"
#include "curt/visits/apply/lag_watch.hpp"
#include "curt/visits/epoch/epoch_source.hpp"
#include "curt/visits/fault_point.hpp"
#include "curt/visits/local_accounts.hpp"
#include "curt/visits/visit_store.hpp"
#include "curt/visits/visit_stream.hpp"

namespace curt::visits {

class DirectDelivery;
class ForwardedEpoch;
class DeliveryOutage;
class StreamDelivery;

struct ForwarderOptions {
  using Duration = std::chrono::milliseconds;

  std::size_t batches = 16;                                ///< delivered at once
  std::uint64_t stream_length = 10'000;                    ///< batches that may be in the stream
  std::uint64_t stream_bytes = std::uint64_t{256} << 20U;  ///< of memory that they may take there
  Duration poll{100};                                      ///< between looks into a spool that was empty
  Duration confirm_every{300};   ///< between questions to the database what has come out of the stream
  Duration lost_after{2'000};    ///< age at which a batch in the stream is looked for there
  Duration length_every{1'000};  ///< between questions how long the stream is
  Duration report_every{5'000};  ///< between reports of an epoch that changes
  Duration report_at_least_every{30'000};
  Duration adopt_every{5'000};
  Duration confirm_positions_every{5'000};
  Duration first_pause{100};  ///< after a failure; doubles up to
  Duration longest_pause{1'000};
  Duration call_deadline{5'000};  ///< for one call of the database
  Duration stream_grace{1'000};   ///< when stopping: how long workers are waited for
  FaultPoint fault_point;
};

/// Delivers the batches of spools: straight to the database, or through a stream to workers, and removes from
/// the spools what the database has. Tells the database of its epochs. It is a coroutine on the executor's
/// thread, which it may make wait for the disk.
class Forwarder final : public LocalAccounts {
 public:
  /// Gives epochs whose process has ended; called on the executor's thread now and then.
  using Adopt = std::function<std::vector<std::unique_ptr<EpochSource>>()>;

  /// Without a stream everything goes straight to the database. What is given must outlive the forwarder.
  Forwarder(VisitStore& store, VisitStream* stream, const Clock& clock, Metrics& metrics,
            const Executor& executor, Adopt adopt, ForwarderOptions options);

  /// Ends at once, as far as calls under way let it; what is not done stays in the spools. The executor's
  /// thread must still run.
  ~Forwarder() override;
  Forwarder(const Forwarder&) = delete;
  Forwarder& operator=(const Forwarder&) = delete;

  /// Begins with the epoch of this process.
  void start(std::unique_ptr<EpochSource> own);

  /// Goes on until this process's epoch, which must be drained, is closed, or the deadline passes; whether it
  /// is closed. On another thread than the executor's.
  bool finish(Deadline deadline);

  [[nodiscard]] std::vector<EpochReport> reports() const override;

  /// How delivery goes. On any thread.
  struct State {
    bool delivering = true;         ///< the database, or the stream, takes batches
    std::uint64_t spool_bytes = 0;  ///< sum over all epochs
    std::uint64_t visits = 0;       ///< in spools, which the database does not have as far as is known
    std::optional<Timestamp> pending_since;
  };
  [[nodiscard]] State state() const;

 private:
  using Epochs = std::vector<std::shared_ptr<ForwardedEpoch>>;

  void register_metrics(Metrics& metrics);
  [[nodiscard]] Epochs epochs() const;
  [[nodiscard]] std::optional<Timestamp> oldest_pending() const;
  void adopt_abandoned();
  void forget_closed();

  /// Forgets epochs that are closed; how long to wait before the next round, nothing if that was the last.
  [[nodiscard]] std::optional<ForwarderOptions::Duration> pause(bool more);
  /// Whether there may be more to do at once.
  awaitable<bool> round();
  /// Asks the database what it has seen of an epoch that was taken over; whether that is known, and the epoch
  /// can be delivered.
  awaitable<bool> ask_seen(ForwardedEpoch& epoch);
  awaitable<bool> deliver(ForwardedEpoch& epoch);
  awaitable<void> confirm_positions(ForwardedEpoch& epoch);
  awaitable<void> report(ForwardedEpoch& epoch);
  awaitable<void> close(ForwardedEpoch& epoch);
  /// Says how many visits of an epoch that was taken over were lost before they came here.
  awaitable<void> look_for_missing(ForwardedEpoch& epoch, EpochReport last);
  awaitable<bool> send_report(ForwardedEpoch& epoch, EpochReport report);
  /// Whether the database did what it was asked; leaves it alone for a while if not.
  bool note(const result<void>& answer);
  [[nodiscard]] Deadline call_deadline() const;
  [[nodiscard]] bool workers_had_time() const;

  VisitStore& store_;
  const Clock& clock_;
  const ForwarderOptions options_;
  Adopt adopt_;
  Loop loop_;
  Backoff store_backoff_;
  std::unique_ptr<DeliveryOutage> outage_;
  LagWatch lag_watch_;
  std::unique_ptr<DirectDelivery> direct_;
  std::unique_ptr<StreamDelivery> stream_;
  Counter adopted_;
  Counter closed_;
  std::chrono::steady_clock::time_point adopt_at_;

  mutable std::mutex mutex_;  ///< guards what follows; never held for long
  Epochs epochs_;
  std::shared_ptr<ForwardedEpoch> own_;
  std::uint64_t gone_dropped_ = 0;  ///< sum over epochs that are closed
  std::uint64_t gone_undetailed_ = 0;
  std::optional<Deadline> finish_by_;
  std::chrono::steady_clock::time_point finishing_since_;
};

}  // namespace curt::visits
