#pragma once

#include <filesystem>
#include <span>

#include "curt/domain/error.hpp"
#include "curt/store/migration.hpp"

namespace curt::store {

/// The migrations of the SQLite schema that are built into this binary, in their order. cmake/embed.cmake
/// makes the function from schema/*.sql.
[[nodiscard]] std::span<const Migration> sqlite_migrations();

/// Brings the schema of the database file forward, creating file and folder where they are missing; a dry run
/// only says what would be applied, and changes nothing. Blocks. Each migration is a transaction of its own,
/// and several processes may do this at once. Error::detail says which folder or file is at fault and why, or
/// that the schema is newer than this binary.
[[nodiscard]] result<MigrationReport> migrate_sqlite(
    const std::filesystem::path& file, MigrateMode mode,
    std::span<const Migration> migrations = sqlite_migrations());

}  // namespace curt::store
