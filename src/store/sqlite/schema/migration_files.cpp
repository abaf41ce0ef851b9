#include <array>

#include "curt/store/sqlite/schema/migrations.hpp"

// Symbols around each file of migrations/, which the build puts into the binary.
extern "C" {
extern const char curt_sqlite_migration_0001_begin[];
extern const char curt_sqlite_migration_0001_end[];
extern const char curt_sqlite_migration_0002_begin[];
extern const char curt_sqlite_migration_0002_end[];
extern const char curt_sqlite_migration_0003_begin[];
extern const char curt_sqlite_migration_0003_end[];
extern const char curt_sqlite_migration_0004_begin[];
extern const char curt_sqlite_migration_0004_end[];
}

namespace curt::store {

std::span<const Migration> sqlite_migrations() {
  static const std::array<Migration, 4> migrations{{
      {1, "0001_links", {curt_sqlite_migration_0001_begin, curt_sqlite_migration_0001_end}},
      {2, "0002_changed_links", {curt_sqlite_migration_0002_begin, curt_sqlite_migration_0002_end}},
      {3, "0003_max_visits", {curt_sqlite_migration_0003_begin, curt_sqlite_migration_0003_end}},
      {4, "0004_visits", {curt_sqlite_migration_0004_begin, curt_sqlite_migration_0004_end}},
  }};
  return migrations;
}

}  // namespace curt::store
