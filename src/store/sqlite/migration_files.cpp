#include <array>

#include "curt/store/sqlite/migrations.hpp"

// Symbols around each file of migrations/, which the build puts into the binary.
extern "C" {
extern const char curt_sqlite_migration_0001_begin[];
extern const char curt_sqlite_migration_0001_end[];
extern const char curt_sqlite_migration_0002_begin[];
extern const char curt_sqlite_migration_0002_end[];
}

namespace curt::store {

std::span<const Migration> sqlite_migrations() {
  static const std::array<Migration, 2> migrations{{
      {1, "0001_links", {curt_sqlite_migration_0001_begin, curt_sqlite_migration_0001_end}},
      {2, "0002_changed_links", {curt_sqlite_migration_0002_begin, curt_sqlite_migration_0002_end}},
  }};
  return migrations;
}

}  // namespace curt::store
