#pragma once

#include <cstdint>
#include <vector>

#include "curt/visits/visit_store.hpp"

#include "store/sqlite/connection/connection.hpp"
#include "store/visit_period.hpp"

namespace curt::store::sqlite {

// Steps of VisitStore::maintain(). What they throw is SQLite::Exception.

/// The periods of so many days that are over, and whose sums are not there or not those of today; latest
/// first.
[[nodiscard]] result<std::vector<VisitPeriod>> find_due_periods(Connection& db, std::int64_t days,
                                                                Timestamp now);

/// Sums the visits of each link up, inside a transaction of `db`. Always true: the one connection that writes
/// has its turn.
[[nodiscard]] result<bool> roll_up(Connection& db, VisitPeriod period);

}  // namespace curt::store::sqlite
