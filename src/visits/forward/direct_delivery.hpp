#pragma once

#include <cstddef>

#include "curt/base/async.hpp"
#include "curt/base/deadline.hpp"
#include "curt/base/metrics.hpp"
#include "curt/visits/fault_point.hpp"
#include "curt/visits/visit_store.hpp"

#include "visits/apply/batch_applier.hpp"
#include "visits/forward/delivery.hpp"
#include "visits/forward/forwarded_epoch.hpp"

namespace curt::visits {

/// Delivers batches straight to the database. For one thread.
class DirectDelivery {
 public:
  DirectDelivery(VisitStore& store, Metrics& metrics, std::size_t batches, FaultPoint point);

  /// The next batches of the epoch, in one call.
  awaitable<Delivery> deliver(ForwardedEpoch& epoch, Deadline deadline);

 private:
  BatchApplier applier_;
  std::size_t most_;
  std::size_t batches_;  ///< the next time; fewer after a failure
  FaultPoint point_;
};

}  // namespace curt::visits
