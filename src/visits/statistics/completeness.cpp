#include "curt/visits/statistics/completeness.hpp"

#include <algorithm>
#include <optional>

namespace curt::visits {

Completeness completeness_of(const Accounting& accounting, const UnreportedVisits& unreported,
                             Timestamp now) {
  Completeness whole;
  whole.accepted = accounting.accepted + unreported.accepted;
  whole.persisted = accounting.persisted;
  const std::uint64_t settled = accounting.persisted + accounting.given_up + accounting.missing;
  // A batch may be counted before the process that accepted its visits has reported them.
  whole.accepted = std::max(whole.accepted, settled);
  whole.in_flight = whole.accepted - settled;
  whole.dropped = accounting.dropped + unreported.dropped;
  whole.undetailed = accounting.undetailed + unreported.undetailed;
  whole.unaccounted = accounting.unaccounted_epochs;

  std::optional<Timestamp> oldest = accounting.pending_since;
  if (unreported.pending_since)
    oldest = std::min(oldest.value_or(*unreported.pending_since), *unreported.pending_since);
  // Other instances report their oldest pending visit every few seconds. With nothing in flight that report
  // is stale, so there is no lag.
  if (whole.in_flight > 0 && oldest && *oldest < now)
    whole.lag = std::chrono::floor<std::chrono::seconds>(now - *oldest);
  return whole;
}

}  // namespace curt::visits
