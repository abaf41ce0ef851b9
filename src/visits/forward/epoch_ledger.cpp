#include "visits/forward/epoch_ledger.hpp"

#include <algorithm>

namespace curt::visits {

EpochReport EpochLedger::report_of(const EpochSource& epoch, Timestamp now) {
  const SpoolFigures spool = epoch.spool().figures();
  const RingTotals rings = epoch.ring_totals();
  EpochReport report;
  report.epoch = epoch.id();
  report.host = epoch.host();
  report.opened_at = epoch.opened_at();
  report.seen_at = now;
  report.accepted = rings.accepted;
  report.dropped = rings.dropped + spool.dropped;
  report.undetailed = spool.undetailed;
  report.pending_since = rings.pending_since;
  if (spool.oldest && (!report.pending_since || *spool.oldest < *report.pending_since)) {
    report.pending_since = spool.oldest;
  }
  return report;
}

bool EpochLedger::is_due(const EpochReport& report, std::chrono::milliseconds changed_every,
                         std::chrono::milliseconds every) const {
  const std::lock_guard lock{mutex_};
  if (!reported_) return true;
  const auto age = std::chrono::steady_clock::now() - reported_at_;
  const bool changed = report.accepted != reported_->accepted || report.dropped != reported_->dropped ||
                       report.undetailed != reported_->undetailed ||
                       report.pending_since != reported_->pending_since;
  return age >= every || (changed && age >= changed_every);
}

void EpochLedger::reported(const EpochReport& report) {
  const std::lock_guard lock{mutex_};
  reported_ = report;
  reported_at_ = std::chrono::steady_clock::now();
}

UnreportedVisits EpochLedger::unreported(const EpochReport& now) const {
  const std::lock_guard lock{mutex_};
  UnreportedVisits visits;
  visits.pending_since = now.pending_since;
  // We cannot know what the ended process had reported. Until this process has reported the epoch itself,
  // count nothing, or it would count twice.
  if (!reported_ && owner_ == Owner::ended_process) return visits;
  const EpochReport last = reported_.value_or(EpochReport{});
  visits.accepted = now.accepted - std::min(now.accepted, last.accepted);
  visits.dropped = now.dropped - std::min(now.dropped, last.dropped);
  visits.undetailed = now.undetailed - std::min(now.undetailed, last.undetailed);
  return visits;
}

}  // namespace curt::visits
