#pragma once

#include <cstdint>
#include <vector>

#include "curt/visits/visit_store.hpp"

#include "store/postgres/connection/connection.hpp"
#include "store/visit_period.hpp"

namespace curt::store::postgres {

// Steps of VisitStore::maintain(), as those of upkeep.hpp are.

/// The periods of so many days that are over, and whose sums are not there or not those of today; latest
/// first.
[[nodiscard]] result<std::vector<VisitPeriod>> find_due_periods(Connection& db, std::int64_t days,
                                                                Timestamp now);

/// Sums the visits of each link up. False, with nothing done, where another process has its turn.
[[nodiscard]] result<bool> roll_up(Connection& db, VisitPeriod period);

}  // namespace curt::store::postgres
