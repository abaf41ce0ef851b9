#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "store/list_steps.hpp"
#include "store/postgres/connection/connection.hpp"

namespace curt::store::postgres {

// The SELECTs of list_steps.hpp.

[[nodiscard]] std::vector<ListedLink> select_links(Connection& db, const ListSelect& select);
[[nodiscard]] std::optional<ShortCode> find_last_code(Connection& db, const ListSelect& select,
                                                      std::size_t n);

}  // namespace curt::store::postgres
