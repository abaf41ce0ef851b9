#include "visits/epoch/adopted_epoch.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "curt/base/logging.hpp"
#include "curt/base/machine.hpp"

#include "visits/drain/drain_recovered.hpp"
#include "visits/epoch/epoch_folder_files.hpp"
#include "visits/epoch/ring_folder.hpp"

namespace curt::visits {

namespace {

/// Whether another host or container may have the rings of this folder.
bool are_elsewhere(const EpochFolder& folder) {
  return why_missing(folder.meta(), boot_id(), is_on_local_file_system(folder.path())) ==
         MissingRings::elsewhere;
}

/// A restart of the machine may have been a loss of power, of which the rings tell nothing.
void note_restart(const EpochFolder& folder) {
  const std::string& then = folder.meta().boot_id;
  if (then.empty() || then == boot_id()) return;
  log::warn(
      "the machine was restarted before all visits of a process were delivered; some of its last seconds "
      "may be missing",
      {{"epoch", folder.id().str()}});
}

}  // namespace

result<std::unique_ptr<AdoptedEpoch>> AdoptedEpoch::open(EpochAdoption& adoption, EpochFolder folder) {
  Rings rings;
  std::filesystem::path missing = folder.missing_ring();
  const auto drained = folder.drained();
  const bool elsewhere = !missing.empty() && !drained && are_elsewhere(folder);
  const bool opens = missing.empty() || (!drained && !elsewhere);
  for (std::size_t i = 0; opens && i < folder.meta().rings; ++i) {
    auto ring = RequestRing::recover(folder.ring(i));
    if (!ring && ring.error().code == ErrorCode::unavailable) return ring.error();
    rings.push_back(std::move(ring));
  }
  if (!drained) note_restart(folder);
  auto spool = Spool::open(folder.spool(), folder.id(), adoption.spool_);
  if (!spool) return spool.error();
  if (elsewhere && (*spool)->figures().batches == 0) {
    adoption.folders_.leave(std::move(folder), std::move(missing));
    return std::unique_ptr<AdoptedEpoch>{};
  }
  std::unique_ptr<AdoptedEpoch> epoch{
      new AdoptedEpoch{adoption, std::move(folder), std::move(rings), std::move(*spool)}};
  if (elsewhere) {
    epoch->lost_ = true;
    epoch->elsewhere_ = std::move(missing);
  }
  if (!opens && drained) epoch->noted_ = *drained;
  return epoch;
}

AdoptedEpoch::AdoptedEpoch(EpochAdoption& adoption, EpochFolder folder, Rings rings,
                           std::unique_ptr<Spool> spool)
    : EpochSource(folder.id(), folder.meta().host, folder.meta().opened_at, std::move(spool)),
      adoption_(adoption),
      folder_(std::move(folder)) {
  for (auto& ring : rings) {
    const std::filesystem::path file = folder_.ring(rings_.size());
    rings_.push_back(ring ? std::move(*ring) : nullptr);
    if (ring) continue;
    lost_ = true;
    if (is_there(file)) damage_ = ring.error().detail;
    log::error("a ring is lost with the visits that were in it",
               {{"ring", file.string()}, {"error", ring.error().detail}});
  }
}

RingTotals AdoptedEpoch::ring_totals() const {
  RingTotals totals{.accepted = noted_.accepted, .dropped = noted_.dropped, .pending_since = {}};
  for (const auto& ring : rings_) {
    if (!ring) continue;
    const RingCounts counts = ring->counts();
    totals.accepted += counts.visits;
    totals.dropped += counts.visits_lost;
  }
  if (lost_) totals.accepted = std::max(totals.accepted, spool().figures().appended);
  totals.accepted += totals.dropped;
  totals.dropped += dropped_;
  return totals;
}

bool AdoptedEpoch::is_drained() {
  for (; drained_ < rings_.size(); ++drained_) {
    if (!rings_[drained_]) continue;
    RequestRing& ring = *rings_[drained_];
    const auto number = static_cast<std::uint16_t>(drained_);
    const auto recovered = drain_recovered(ring, number, seen_through(number), id(), spool(),
                                           adoption_.batches_, adoption_.is_bot_);
    if (!recovered) return false;
    dropped_ += recovered->damaged;
  }
  return true;
}

std::uint64_t AdoptedEpoch::seen_through(std::uint16_t number) const {
  const auto seen = seen_.through.find(number);
  return seen != seen_.through.end() ? seen->second : 0;
}

void AdoptedEpoch::leave() {
  adoption_.folders_.note_forgotten(folder_.path());
  adoption_.kept_.push_back(std::move(folder_));
}

void AdoptedEpoch::remove() {
  if (!elsewhere_.empty()) {
    adoption_.folders_.leave(std::move(folder_), std::move(elsewhere_));
    return;
  }
  std::string why = damage_;
  if (why.empty()) {
    const auto removed = folder_.remove();
    if (removed) return;
    why = removed.error().log;
  }
  adoption_.folders_.complain(folder_.path(), why);
  adoption_.kept_.push_back(std::move(folder_));
}

}  // namespace curt::visits
