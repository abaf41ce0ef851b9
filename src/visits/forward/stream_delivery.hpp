#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "curt/base/async.hpp"
#include "curt/base/backoff.hpp"
#include "curt/base/deadline.hpp"
#include "curt/base/metrics.hpp"
#include "curt/domain/error.hpp"
#include "curt/visits/forward/forwarder.hpp"
#include "curt/visits/visit_store.hpp"
#include "curt/visits/visit_stream.hpp"

#include "visits/forward/delivery.hpp"
#include "visits/forward/forwarded_epoch.hpp"
#include "visits/forward/stream_room.hpp"

namespace curt::visits {

/// Delivers batches as entries of a stream, and finds out what became of them. For one thread.
class StreamDelivery {
 public:
  StreamDelivery(VisitStream& stream, VisitStore& store, Metrics& metrics, const ForwarderOptions& options);

  /// Appends the next batches of the epoch while the stream has room.
  awaitable<Delivery> deliver(ForwardedEpoch& epoch);

  /// Asks the database for the oldest batches in the stream and settles those that it has; those that are
  /// neither there nor in the stream are to be delivered again. An error of the database.
  awaitable<result<void>> confirm(ForwardedEpoch& epoch, Deadline deadline);

 private:
  /// Whether the stream has room, which is asked about once in a while.
  awaitable<Delivery::Outcome> find_room();
  /// Settles those of the oldest batches in the stream that the database has; how many of how many.
  struct Settled {
    std::size_t asked = 0;
    std::size_t settled = 0;
  };
  awaitable<result<Settled>> settle_oldest(ForwardedEpoch& epoch, Deadline deadline);
  awaitable<result<bool>> find_lost(ForwardedEpoch& epoch, Deadline deadline);
  awaitable<result<std::vector<bool>>> ask(std::vector<BatchId> ids, Deadline deadline);
  void remove(ForwardedEpoch& epoch, const std::vector<SpoolPosition>& settled);

  VisitStream& stream_;
  VisitStore& store_;
  const ForwarderOptions& options_;
  Counter streamed_;
  Counter resent_;
  Gauge shown_length_;
  Gauge shown_bytes_;
  Backoff backoff_;
  StreamRoom room_;
  std::chrono::steady_clock::time_point length_asked_at_;
};

}  // namespace curt::visits
