#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "curt/domain/error.hpp"
#include "curt/store/migration.hpp"

namespace curt::store {

/// What a database file says of itself.
struct SqliteFacts {
  std::uint64_t bytes = 0;      ///< of the file
  std::uint64_t log_bytes = 0;  ///< of the write-ahead log beside it
  bool is_in_use = false;       ///< another process has it open
  MigrationReport schema;       ///< what migrating would do
  std::optional<std::string>
      damage;  ///< what PRAGMA quick_check found: empty if nothing; none if it was not run
};

struct SqliteInspection {
  std::uint64_t most_checked_bytes = std::uint64_t{64} << 20U;  ///< a larger file is not checked for damage
  std::chrono::milliseconds check_time{1'000};                  ///< nor for longer than this
};

/// Looks at a file that is there and changes nothing: no log is made or recovered. What is only in a log
/// whose processes have all ended is not seen. Blocks. An error's detail names the file and why `curt serve`
/// could not open it either.
[[nodiscard]] result<SqliteFacts> inspect_sqlite(const std::filesystem::path& file,
                                                 const SqliteInspection& options = {});

}  // namespace curt::store
