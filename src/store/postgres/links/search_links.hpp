#pragma once

#include <vector>

#include "store/list_steps.hpp"
#include "store/postgres/connection/connection.hpp"

namespace curt::store::postgres {

/// select_links() for a list that searches. Links whose texts are filled in are found by these, with the
/// index if there is one; the others by reading them, and what SQL cannot fold is compared here. Throws what
/// libpqxx throws.
[[nodiscard]] std::vector<ListedLink> search_links(Connection& db, const ListSelect& select);

}  // namespace curt::store::postgres
