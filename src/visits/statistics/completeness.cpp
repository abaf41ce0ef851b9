#include "curt/visits/statistics/completeness.hpp"

#include <algorithm>
#include <optional>

namespace curt::visits {

Completeness completeness_of(const Accounting& accounting, std::span<const EpochReport> own, Timestamp now) {
  Completeness whole;
  whole.accepted = accounting.accepted;
  whole.persisted = accounting.persisted;
  whole.dropped = accounting.dropped;
  whole.in_flight = accounting.accepted - accounting.persisted - accounting.dropped;
  whole.undetailed = accounting.undetailed;
  whole.unaccounted = accounting.unaccounted_epochs;

  std::optional<Timestamp> oldest = accounting.pending_since;
  for (const EpochReport& epoch : own) {
    if (epoch.pending_since) oldest = std::min(oldest.value_or(*epoch.pending_since), *epoch.pending_since);
  }
  // Other instances report their oldest pending visit every few seconds. With nothing in flight that report
  // is stale, so there is no lag.
  if (whole.in_flight > 0 && oldest && *oldest < now)
    whole.lag = std::chrono::floor<std::chrono::seconds>(now - *oldest);
  return whole;
}

}  // namespace curt::visits
