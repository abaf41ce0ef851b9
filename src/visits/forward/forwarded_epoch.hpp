#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "curt/domain/error.hpp"
#include "curt/visits/epoch/epoch_source.hpp"
#include "curt/visits/spool/spool.hpp"

#include "visits/forward/epoch_ledger.hpp"

namespace curt::visits {

/// A batch that is in the stream and not known to be settled.
struct StreamedBatch {
  SpoolPosition position;
  BatchId id;
  std::string entry;                                ///< its name in the stream
  std::chrono::steady_clock::time_point looked_at;  ///< when it was appended, or seen in the stream
};

/// How far the delivery of one epoch has come. For the forwarder's thread, except `source`, whose own
/// comments say which thread may call it.
class ForwardedEpoch {
 public:
  enum class Owner : std::uint8_t { this_process, ended_process };

  ForwardedEpoch(std::unique_ptr<EpochSource> epoch, Owner whose)
      : source(std::move(epoch)), owner(whose), seen_known(whose == Owner::this_process) {}

  [[nodiscard]] Spool& spool() const noexcept { return source->spool(); }

  /// The next batches to deliver: first those that have to be delivered again.
  [[nodiscard]] result<std::vector<SpooledBatch>> next(std::size_t limit);

  /// A batch that next() gave is in the stream now.
  void streamed(const SpooledBatch& batch, std::string entry);

  /// The database has these batches, by whatever way.
  void settled(std::span<const SpoolPosition> positions);

  /// A batch that next() gave is damaged: logs it and counts its visits as dropped.
  void lost(const SpooledBatch& batch);

  /// Batches in the stream that were not looked at since `before` are to be delivered again.
  void take_back(std::chrono::steady_clock::time_point before);

  /// The batches at these positions, which are in the stream, are to be delivered again.
  void take_back(std::span<const SpoolPosition> positions);

  std::unique_ptr<EpochSource> source;
  const Owner owner;
  EpochLedger ledger;
  std::deque<StreamedBatch> in_stream;             ///< oldest first
  std::atomic<bool> seen_known;                    ///< what the database has seen of it is known, and skipped
  bool drained = false;                            ///< the source is_drained()
  bool closed = false;                             ///< all is done; it may be forgotten
  std::chrono::steady_clock::time_point asked_at;  ///< when the database was last asked what it has

 private:
  void take_back_if(const std::function<bool(const StreamedBatch&)>& which);

  SpoolPosition next_;               ///< from here on nothing was put into the stream
  std::deque<SpoolPosition> again_;  ///< before next_
};

}  // namespace curt::visits
