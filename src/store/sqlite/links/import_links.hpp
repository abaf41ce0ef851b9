#pragma once

#include <vector>

#include "curt/links/link_store.hpp"

#include "store/sqlite/connection/connection.hpp"

namespace curt::store::sqlite {

/// Stores the rows as links::LinkStore says, to be run inside a transaction of `db`. After an error the
/// caller undoes what was written. What it throws is SQLite::Exception.
[[nodiscard]] result<std::vector<links::ImportOutcome>> import_links(
    Connection& db, const std::vector<links::ImportRow>& rows);

}  // namespace curt::store::sqlite
