#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "curt/visits/visit_store.hpp"

#include "store/postgres/connection/connection.hpp"

namespace curt::store::postgres {

// The figures, as visits::VisitStore says.

[[nodiscard]] result<std::vector<visits::VisitTotals>> find_visit_totals(Connection& db,
                                                                         const std::vector<ShortCode>& codes);

[[nodiscard]] result<visits::Series> find_series(Connection& db, const visits::VisitsOf& links,
                                                 visits::HourRange range);

[[nodiscard]] result<visits::VisitTotals> sum_all_visits(Connection& db, const std::optional<KeyId>& owner);

[[nodiscard]] result<std::vector<visits::BreakdownRow>> find_referrers(Connection& db, const ShortCode& code,
                                                                       visits::HourRange range,
                                                                       std::size_t limit);

}  // namespace curt::store::postgres
