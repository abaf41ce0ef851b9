#include "visits/forward/epoch_ledger.hpp"

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
  if (!reported_) return true;
  const auto age = std::chrono::steady_clock::now() - reported_at_;
  const bool changed = report.accepted != reported_->accepted || report.dropped != reported_->dropped ||
                       report.undetailed != reported_->undetailed ||
                       report.pending_since != reported_->pending_since;
  return age >= every || (changed && age >= changed_every);
}

void EpochLedger::reported(const EpochReport& report) {
  reported_ = report;
  reported_at_ = std::chrono::steady_clock::now();
}

}  // namespace curt::visits
