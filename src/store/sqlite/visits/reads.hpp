#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "curt/visits/visit_store.hpp"

#include "store/sqlite/connection/connection.hpp"

namespace curt::store::sqlite {

// The figures, as visits::VisitStore says. What they throw is SQLite::Exception.

[[nodiscard]] result<std::vector<visits::VisitTotals>> find_visit_totals(Connection& db,
                                                                         const std::vector<ShortCode>& codes);

[[nodiscard]] result<visits::Series> find_series(Connection& db, const visits::VisitsOf& links,
                                                 visits::HourRange range);

[[nodiscard]] result<visits::VisitTotals> sum_all_visits(Connection& db, const std::optional<KeyId>& owner);

}  // namespace curt::store::sqlite
