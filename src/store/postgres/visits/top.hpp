#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "curt/visits/visit_store.hpp"

#include "store/postgres/connection/connection.hpp"

namespace curt::store::postgres {

/// The most visited links, as visits::VisitStore says.
[[nodiscard]] result<std::vector<visits::TopLink>> find_top(Connection& db,
                                                            const std::optional<visits::HourRange>& range,
                                                            std::size_t limit,
                                                            const std::optional<KeyId>& owner);

}  // namespace curt::store::postgres
