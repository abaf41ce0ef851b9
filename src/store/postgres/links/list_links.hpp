#pragma once

#include <vector>

#include "store/list_steps.hpp"
#include "store/postgres/pool/connection.hpp"

namespace curt::store::postgres {

// The SELECT of list_steps.hpp.

[[nodiscard]] std::vector<ListedLink> select_links(Connection& db, const ListSelect& select);

}  // namespace curt::store::postgres
