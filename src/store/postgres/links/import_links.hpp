#pragma once

#include <vector>

#include "curt/links/link_store.hpp"

#include "store/postgres/connection/connection.hpp"

namespace curt::store::postgres {

/// Stores the rows in one transaction, as links::LinkStore says. Imports into one database wait for each
/// other, so that two of the same file make no target twice.
[[nodiscard]] result<std::vector<links::ImportOutcome>> import_links(
    Connection& db, const std::vector<links::ImportRow>& rows);

}  // namespace curt::store::postgres
