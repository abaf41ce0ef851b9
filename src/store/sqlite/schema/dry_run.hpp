#pragma once

#include <filesystem>
#include <span>

#include <SQLiteCpp/SQLiteCpp.h>

#include "curt/domain/error.hpp"
#include "curt/store/migration.hpp"
#include "curt/store/sqlite/schema/migrations.hpp"

namespace curt::store {

/// What migrate_sqlite() would do with a database that is open; `file` is for the error. Throws
/// SQLite::Exception.
[[nodiscard]] result<MigrationReport> dry_run(SQLite::Database& database, const std::filesystem::path& file,
                                              std::span<const Migration> migrations = sqlite_migrations());

}  // namespace curt::store
