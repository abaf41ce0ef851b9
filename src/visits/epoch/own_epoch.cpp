#include "visits/epoch/own_epoch.hpp"

#include <utility>

#include "curt/base/logging.hpp"

namespace curt::visits {

OwnEpoch::OwnEpoch(EpochFolder folder, std::unique_ptr<Spool> spool, std::vector<RequestRing*> rings)
    : EpochSource(folder.id(), folder.meta().host, folder.meta().opened_at, std::move(spool)),
      folder_(std::move(folder)),
      rings_(std::move(rings)) {}

RingTotals OwnEpoch::ring_totals() const {
  RingTotals totals;
  for (const RequestRing* ring : rings_) {
    const RingCounts counts = ring->counts();
    totals.accepted += counts.visits + counts.visits_lost;
    totals.dropped += counts.visits_lost;
  }
  if (drain_ != nullptr) totals.pending_since = drain_->pending_since();
  return totals;
}

void OwnEpoch::set_drained() {
  DrainedRings all;
  for (const RequestRing* ring : rings_) {
    const RingCounts counts = ring->counts();
    all.accepted += counts.visits;
    all.dropped += counts.visits_lost;
  }
  folder_.note_drained(all);
  drained_ = true;
}

void OwnEpoch::remove() {
  if (const auto removed = folder_.remove(); !removed) {
    log::error("the folder of this process's visits cannot be removed", {{"error", removed.error().log}});
  }
}

}  // namespace curt::visits
