#include <array>

#include "curt/store/postgres/migrations.hpp"

// Symbols around each file of migrations/, which the build puts into the binary.
extern "C" {
extern const char curt_postgres_migration_0001_begin[];
extern const char curt_postgres_migration_0001_end[];
}

namespace curt::store {

std::span<const Migration> postgres_migrations() {
  static const std::array<Migration, 1> migrations{{
      {1, "0001_links", {curt_postgres_migration_0001_begin, curt_postgres_migration_0001_end}},
  }};
  return migrations;
}

}  // namespace curt::store
