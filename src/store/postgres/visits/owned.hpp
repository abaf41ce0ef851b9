#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "curt/visits/visit_store.hpp"

#include "store/postgres/connection/connection.hpp"

namespace curt::store::postgres {

// The figures of all links of an owner together, as visits::VisitStore says.

[[nodiscard]] result<visits::Series> find_series_of_owner(Connection& db, const KeyId& owner,
                                                          visits::HourRange range);

[[nodiscard]] result<visits::VisitTotals> sum_visits_of_owner(Connection& db, const KeyId& owner);

[[nodiscard]] result<std::vector<visits::TopLink>> find_top_of_owner(
    Connection& db, const KeyId& owner, const std::optional<visits::HourRange>& range, std::size_t limit);

}  // namespace curt::store::postgres
