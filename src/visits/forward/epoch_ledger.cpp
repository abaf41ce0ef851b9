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
  if (!told_) return true;
  const auto age = std::chrono::steady_clock::now() - told_at_;
  const bool changed = report.accepted != told_->accepted || report.dropped != told_->dropped ||
                       report.undetailed != told_->undetailed || report.pending_since != told_->pending_since;
  return age >= every || (changed && age >= changed_every);
}

void EpochLedger::told(const EpochReport& report) {
  const std::lock_guard lock{mutex_};
  told_ = report;
  told_at_ = std::chrono::steady_clock::now();
}

UnreportedVisits EpochLedger::untold(const EpochReport& now) const {
  const std::lock_guard lock{mutex_};
  UnreportedVisits visits;
  visits.pending_since = now.pending_since;
  // We cannot know what the ended process had reported. Until this process has reported the epoch itself,
  // count nothing, or it would count twice.
  if (!told_ && owner_ == Owner::ended_process) return visits;
  const EpochReport told = told_.value_or(EpochReport{});
  visits.accepted = now.accepted - std::min(now.accepted, told.accepted);
  visits.dropped = now.dropped - std::min(now.dropped, told.dropped);
  visits.undetailed = now.undetailed - std::min(now.undetailed, told.undetailed);
  return visits;
}

}  // namespace curt::visits
