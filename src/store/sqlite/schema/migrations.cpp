#include "curt/store/sqlite/schema/migrations.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <sqlite3.h>

#include "curt/base/deadline.hpp"
#include "curt/base/private_files.hpp"

#include "store/found_schema.hpp"
#include "store/sqlite/connection/connection.hpp"
#include "store/sqlite/connection/failure.hpp"
#include "store/sqlite/schema/dry_run.hpp"

namespace curt::store {
namespace {

constexpr int kBusyMilliseconds =
    static_cast<int>(std::chrono::milliseconds{sqlite::kLongestLockWait}.count());

/// The last version, and from which on a binary runs with it.
constexpr const char* kRunsFrom =
    "SELECT coalesce(max(m.version), 0), coalesce(max(coalesce(c.runs_from, m.version)), 0)"
    " FROM schema_migrations AS m LEFT JOIN schema_compatibility AS c ON c.version = m.version";
constexpr const char* kRunsAlone =
    "SELECT coalesce(max(version), 0), coalesce(max(version), 0) FROM schema_migrations";

Error unusable(std::string detail) { return {ErrorCode::unavailable, std::move(detail)}; }

std::optional<Error> make_folder_of(const std::filesystem::path& file) {
  if (!file.has_parent_path()) return std::nullopt;
  std::error_code failed;
  std::filesystem::create_directories(file.parent_path(), failed);
  if (!failed) return std::nullopt;
  return unusable(
      fmt::format("the folder {} cannot be made: {}", file.parent_path().string(), failed.message()));
}

/// Closes to other users what an earlier release left open to them; what SQLite makes beside the database
/// file has that one's mode.
void close_files_of(const std::filesystem::path& file) {
  std::error_code error;
  const std::string name = std::filesystem::weakly_canonical(file, error).string();
  if (error) return;
  const std::array<std::filesystem::path, 3> files{name, name + "-wal", name + "-shm"};
  close_with_warning(files);
}

/// Lets readers work while one writes. Retries, since two processes that do this at once may stand in each
/// other's way, and SQLite does not wait then.
void use_write_ahead_log(SQLite::Database& database) {
  const Deadline patience = Deadline::in(sqlite::kLongestLockWait);
  for (;;) {
    try {
      const std::string mode = database.execAndGet("PRAGMA journal_mode = WAL").getString();
      if (mode != "wal") throw SQLite::Exception{"this place cannot hold a write-ahead log", SQLITE_ERROR};
      return;
    } catch (const SQLite::Exception& e) {
      if (e.getErrorCode() != SQLITE_BUSY || patience.passed()) throw;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds{10});
  }
}

/// The schema that is there; nothing for the database of another program.
std::optional<FoundSchema> find_schema(SQLite::Database& database) {
  // One statement sees one state: another process may be making the schema.
  SQLite::Statement tables{database, "SELECT count(*), total(name = 'schema_migrations') FROM sqlite_schema"};
  tables.executeStep();
  if (tables.getColumn(0).getInt() == 0) return FoundSchema{};
  if (tables.getColumn(1).getInt() == 0) return std::nullopt;
  tables.reset();
  SQLite::Statement found{database, database.tableExists("schema_compatibility") ? kRunsFrom : kRunsAlone};
  found.executeStep();
  return FoundSchema{.version = found.getColumn(0).getInt(), .runs_from = found.getColumn(1).getInt()};
}

/// Applies the migration, unless another process was faster.
bool apply(SQLite::Database& database, const Migration& migration) {
  database.exec("BEGIN IMMEDIATE");
  try {
    database.exec(
        "CREATE TABLE IF NOT EXISTS schema_migrations (version INTEGER PRIMARY KEY, name TEXT NOT NULL,"
        " applied_at INTEGER NOT NULL) STRICT");
    SQLite::Statement insert{database,
                             "INSERT INTO schema_migrations (version, name, applied_at)"
                             " VALUES (?1, ?2, unixepoch() * 1000) ON CONFLICT DO NOTHING"};
    insert.bind(1, migration.number);
    insert.bind(2, std::string{migration.name});
    const bool is_new = insert.exec() == 1;
    if (is_new) database.exec(std::string{migration.sql});
    database.exec("COMMIT");
    return is_new;
  } catch (...) {
    database.tryExec("ROLLBACK");
    throw;
  }
}

result<MigrationReport> migrate(SQLite::Database& database, const std::filesystem::path& file,
                                MigrateMode mode, std::span<const Migration> migrations) {
  const std::optional<FoundSchema> found = find_schema(database);
  if (!found) return unusable(fmt::format("{} is the database of another program", file.string()));
  MigrationReport report;
  report.version_before = found->version;
  report.latest_version = migrations.empty() ? 0 : migrations.back().number;
  if (!found->runs_with(report.latest_version)) {
    return unusable(found->refusal(file.string(), report.latest_version));
  }
  if (mode == MigrateMode::apply) use_write_ahead_log(database);
  for (const Migration& migration : migrations) {
    if (migration.number <= report.version_before) continue;
    if (mode == MigrateMode::apply && !apply(database, migration)) continue;
    report.steps.push_back({migration.number, std::string{migration.name}});
  }
  return report;
}

}  // namespace

result<MigrationReport> dry_run(SQLite::Database& database, const std::filesystem::path& file,
                                std::span<const Migration> migrations) {
  return migrate(database, file, MigrateMode::dry_run, migrations);
}

result<MigrationReport> migrate_sqlite(const std::filesystem::path& file, MigrateMode mode,
                                       std::span<const Migration> migrations) {
  const bool applies = mode == MigrateMode::apply;
  if (applies) {
    if (auto error = make_folder_of(file)) return *std::move(error);
  }
  try {
    std::error_code ignored;
    if (!applies && !std::filesystem::exists(file, ignored)) {
      SQLite::Database nothing{":memory:", SQLite::OPEN_READONLY | SQLite::OPEN_MEMORY};
      return migrate(nothing, file, mode, migrations);
    }
    const int flags = applies ? SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE : SQLite::OPEN_READONLY;
    SQLite::Database database{file.string(), flags, kBusyMilliseconds};
    auto report = migrate(database, file, mode, migrations);
    if (report && applies) close_files_of(file);  // now that it is known to be ours
    return report;
  } catch (const SQLite::Exception& e) {
    return sqlite::open_failure_of(file, e);
  }
}

}  // namespace curt::store
