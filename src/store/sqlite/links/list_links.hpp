#pragma once

#include <cstddef>
#include <vector>

#include "store/list_steps.hpp"
#include "store/sqlite/connection/connection.hpp"

namespace curt::store::sqlite {

// The SELECTs of list_steps.hpp.

[[nodiscard]] std::vector<ListedLink> select_links(Connection& db, const ListSelect& select);

[[nodiscard]] std::vector<ListedLink> select_changed_links(Connection& db, Timestamp since,
                                                           const ShortCode& after, std::size_t rows);

}  // namespace curt::store::sqlite
