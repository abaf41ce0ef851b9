#include "curt/store/sqlite/schema/inspection.hpp"

#include <system_error>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

#include "curt/base/deadline.hpp"
#include "curt/store/sqlite/open_elsewhere.hpp"

#include "store/sqlite/connection/failure.hpp"
#include "store/sqlite/schema/dry_run.hpp"

namespace curt::store {
namespace {

namespace fs = std::filesystem;

std::uint64_t size_of(const fs::path& file) {
  std::error_code error;
  const std::uintmax_t bytes = fs::file_size(file, error);
  return error ? 0 : bytes;
}

/// A URI of SQLite's, in which these characters mean something (https://sqlite.org/uri.html).
std::string uri_of(const fs::path& file, bool immutable) {
  std::string uri = "file:";
  for (const char c : fs::absolute(file).string()) {
    if (c == '%' || c == '?' || c == '#') {
      uri += fmt::format("%{:02x}", static_cast<unsigned char>(c));
    } else {
      uri += c;
    }
  }
  return uri + (immutable ? "?mode=ro&immutable=1" : "?mode=ro");
}

/// Nothing if the time is over before.
std::optional<std::string> quick_check(SQLite::Database& database, Deadline deadline) {
  constexpr int kInstructionsPerLook = 4096;
  sqlite3_progress_handler(
      database.getHandle(), kInstructionsPerLook,
      [](void* at) { return static_cast<const Deadline*>(at)->passed() ? 1 : 0; }, &deadline);
  std::optional<std::string> damage;
  try {
    SQLite::Statement check{database, "PRAGMA quick_check(1)"};
    const bool answered = check.executeStep();
    const std::string found = answered ? check.getColumn(0).getString() : "no answer";
    damage = found == "ok" ? "" : found;
  } catch (const SQLite::Exception& e) {
    if (e.getErrorCode() != SQLITE_INTERRUPT) damage = e.what();
  }
  sqlite3_progress_handler(database.getHandle(), 0, nullptr, nullptr);
  return damage;
}

std::optional<std::size_t> count_usable_keys(SQLite::Database& database) {
  if (!database.tableExists("access_keys")) return std::nullopt;
  const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  SQLite::Statement count{database,
                          "SELECT count(*) FROM access_keys WHERE revoked_at IS NULL"
                          " AND (expires_at IS NULL OR expires_at > ?)"};
  count.bind(1, std::int64_t{now.time_since_epoch().count()});
  if (!count.executeStep()) return std::nullopt;
  return static_cast<std::size_t>(count.getColumn(0).getInt64());
}

}  // namespace

result<SqliteFacts> inspect_sqlite(const fs::path& file, const SqliteInspection& options) {
  std::error_code error;
  fs::path real = fs::canonical(file, error);
  if (error) real = file;
  SqliteFacts facts;
  const auto type = fs::status(real, error).type();
  const bool is_special = type != fs::file_type::regular && type != fs::file_type::directory;
  // Opening a named pipe would wait for who writes to it.
  if (is_special && fs::exists(real, error)) {
    return Error{ErrorCode::unavailable, fmt::format("{} is no regular file", file.string())};
  }
  facts.bytes = size_of(real);
  facts.log_bytes = size_of(real.string() + "-wal");
  facts.is_in_use = is_open_elsewhere(real);
  try {
    const bool is_usable = ::access(real.c_str(), R_OK | W_OK) == 0 && !fs::is_directory(real, error);
    if (!is_usable) throw SQLite::Exception{"it cannot be opened", SQLITE_CANTOPEN};
    if (facts.has_left_log()) return facts;
    // A reader takes part in the log, which is there while another process has the file; alone it would make
    // one.
    SQLite::Database database{uri_of(real, !facts.is_in_use), SQLite::OPEN_READONLY | SQLite::OPEN_URI,
                              1'000};
    auto schema = dry_run(database, file);
    if (!schema) return schema.error();
    facts.schema = *std::move(schema);
    if (facts.schema->steps.empty()) facts.usable_keys = count_usable_keys(database);
    if (facts.bytes + facts.log_bytes <= options.most_checked_bytes) {
      facts.damage = quick_check(database, Deadline::in(options.check_time));
    }
    return facts;
  } catch (const SQLite::Exception& e) {
    return sqlite::open_failure_of(file, e);
  }
}

}  // namespace curt::store
