#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "curt/visits/visit_store.hpp"

#include "store/sqlite/connection/connection.hpp"

namespace curt::store::sqlite {

/// The most visited links, as visits::VisitStore says. What it throws is SQLite::Exception.
[[nodiscard]] result<std::vector<visits::TopLink>> find_top(Connection& db,
                                                            const std::optional<visits::HourRange>& range,
                                                            std::size_t limit,
                                                            const std::optional<KeyId>& owner);

}  // namespace curt::store::sqlite
