#include <array>

#include "curt/store/postgres/schema/migrations.hpp"

// Symbols around each file of migrations/, which the build puts into the binary.
extern "C" {
extern const char curt_postgres_migration_0001_begin[];
extern const char curt_postgres_migration_0001_end[];
extern const char curt_postgres_migration_0002_begin[];
extern const char curt_postgres_migration_0002_end[];
extern const char curt_postgres_migration_0003_begin[];
extern const char curt_postgres_migration_0003_end[];
}

namespace curt::store {

std::span<const Migration> postgres_migrations() {
  static const std::array<Migration, 3> migrations{{
      {1, "0001_links", {curt_postgres_migration_0001_begin, curt_postgres_migration_0001_end}},
      {2, "0002_max_visits", {curt_postgres_migration_0002_begin, curt_postgres_migration_0002_end}},
      {3, "0003_visits", {curt_postgres_migration_0003_begin, curt_postgres_migration_0003_end}},
  }};
  return migrations;
}

}  // namespace curt::store
