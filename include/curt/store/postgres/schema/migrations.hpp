#pragma once

#include <chrono>
#include <span>
#include <string>

#include "curt/domain/error.hpp"
#include "curt/store/migration.hpp"

namespace curt::store {

/// The migrations of the PostgreSQL schema that are built into this binary, in their order. cmake/embed.cmake
/// makes the function from schema/*.sql.
[[nodiscard]] std::span<const Migration> postgres_migrations();

struct PostgresMigrateOptions {
  std::chrono::seconds connect_timeout{10};
  /// How long to wait for another one that migrates.
  std::chrono::milliseconds turn_timeout{60'000};
  /// How long a migration may wait for a lock on a table; all later transactions on the table wait after it.
  std::chrono::milliseconds lock_timeout{5'000};
  std::chrono::milliseconds statement_timeout{600'000};
};

/// Brings the schema of the database forward; a dry run only says what would be applied, and changes nothing.
/// Blocks. Each migration is a transaction of its own, and several processes may do this at once, also
/// through a pooler in transaction mode. Error::detail says what went wrong in words for the operator,
/// without a password.
[[nodiscard]] result<MigrationReport> migrate_postgres(
    const std::string& url, MigrateMode mode, const PostgresMigrateOptions& options = {},
    std::span<const Migration> migrations = postgres_migrations());

/// Whether this binary and the schema of the database fit together.
struct SchemaCheck {
  enum class Fit {
    current,
    older,
    newer,       ///< and this binary does not run with it
    compatible,  ///< newer, and this binary still runs with it
  };

  Fit fit = Fit::current;
  int version = 0;         ///< of the schema that was found; 0 if there is none
  int latest_version = 0;  ///< that this binary knows
  std::string advice;      ///< what the operator has to run; empty if it fits
};

/// Compares them. Blocks. unavailable if the database cannot be reached, invalid_value if it can but is of no
/// use as it is: without the rights, in another encoding, with another program's tables.
[[nodiscard]] result<SchemaCheck> check_postgres_schema(
    const std::string& url, const PostgresMigrateOptions& options = {},
    std::span<const Migration> migrations = postgres_migrations());

}  // namespace curt::store
