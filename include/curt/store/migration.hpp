#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace curt::store {

/// One numbered step of a database schema; the SQL is built into the binary. It adds and never takes away
/// what an earlier binary needs, and says in `schema_compatibility` from which schema on a binary runs with
/// it, so that a release can be taken back.
struct Migration {
  int number = 0;         ///< counts from 1 without gaps
  std::string_view name;  ///< such as "0001_links"
  std::string_view sql;
};

/// Whether migrations are applied, or only named.
enum class MigrateMode { apply, dry_run };

/// What migrating did, or would do.
struct MigrationReport {
  struct Step {
    int number = 0;
    std::string name;
  };

  int version_before = 0;   ///< of the schema that was found; 0 for an empty database
  int latest_version = 0;   ///< that this binary knows
  std::vector<Step> steps;  ///< that were applied, or would be
  /// What was done about the index of the search, or why it cannot be made; nothing where there was nothing
  /// to do. It is no migration, since it may become possible later.
  std::optional<std::string> search_index{};
};

}  // namespace curt::store
