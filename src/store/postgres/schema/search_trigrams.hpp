#pragma once

#include <optional>
#include <string>

#include "curt/store/migration.hpp"
#include "curt/store/postgres/schema/migrations.hpp"

#include "store/postgres/connection/libpqxx.hpp"

namespace curt::store {

/// Makes the index on the texts of the search, where they are and it is not there yet, and the extension that
/// it needs; a dry run only looks. Says in words for the operator what was done, or why it cannot be done and
/// what that means; nothing where there is nothing to do. Throws what libpqxx throws where the connection
/// breaks.
[[nodiscard]] std::optional<std::string> make_search_index(pqxx::connection& connection, MigrateMode mode,
                                                           const PostgresMigrateOptions& options);

}  // namespace curt::store
