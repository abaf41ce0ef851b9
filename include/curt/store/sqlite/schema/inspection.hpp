#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "curt/domain/error.hpp"
#include "curt/store/migration.hpp"

namespace curt::store {

/// What a database file says of itself.
struct SqliteFacts {
  std::uint64_t bytes = 0;      ///< size of the file
  std::uint64_t log_bytes = 0;  ///< size of the write-ahead log beside it
  bool is_in_use = false;       ///< another process has it open
  /// What migrating would do; nothing where a log was left, without which the file may be torn or old.
  std::optional<MigrationReport> schema;
  /// What PRAGMA quick_check found, empty if it found nothing; nothing where it was not run.
  std::optional<std::string> damage;
  /// API keys that are neither revoked nor expired; nothing where the schema is not the latest.
  std::optional<std::size_t> usable_keys = {};

  /// Whether a process that was killed, or a machine that lost power, left the log. The next process that
  /// opens the file takes it in.
  [[nodiscard]] bool has_left_log() const { return !is_in_use && log_bytes > 0; }
};

struct SqliteInspection {
  std::uint64_t most_checked_bytes = std::uint64_t{64} << 20U;  ///< a larger file is not checked for damage
  std::chrono::milliseconds check_time{1'000};                  ///< nor for longer than this
};

/// Looks at a file that is there and changes nothing: no log is made or recovered, and a file beside which
/// one was left is not opened. Blocks. An error's detail names the file and why `curt serve` could not open
/// it either.
[[nodiscard]] result<SqliteFacts> inspect_sqlite(const std::filesystem::path& file,
                                                 const SqliteInspection& options = {});

}  // namespace curt::store
