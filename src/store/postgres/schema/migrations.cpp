#include "curt/store/postgres/schema/migrations.hpp"

#include <optional>
#include <utility>

#include <fmt/format.h>

#include "store/found_schema.hpp"
#include "store/postgres/connection/connection_string.hpp"
#include "store/postgres/connection/failure.hpp"
#include "store/postgres/connection/libpqxx.hpp"
#include "store/postgres/schema/migration_transaction.hpp"
#include "store/postgres/schema/search_trigrams.hpp"

namespace curt::store {
namespace {

/// The last version, and from which on a binary runs with it.
constexpr const char* kRunsFrom =
    "SELECT coalesce(max(m.version), 0), coalesce(max(coalesce(c.runs_from, m.version)), 0)"
    " FROM schema_migrations AS m LEFT JOIN schema_compatibility AS c ON c.version = m.version";
constexpr const char* kRunsAlone =
    "SELECT coalesce(max(version), 0), coalesce(max(version), 0) FROM schema_migrations";

/// The database answers, and waiting will not make it fit.
Error unusable(std::string detail, std::string log = {}) {
  return {ErrorCode::invalid_value, std::move(detail), std::move(log)};
}

Error failure_of(const std::exception& exception) {
  const std::string text = postgres::text_of(exception);
  return unusable("the database cannot be used: " + text, text);
}

/// The schema that is there; nothing if the tables are those of another program.
std::optional<FoundSchema> schema_in(MigrationTransaction& transaction) {
  const pqxx::result found = transaction.run(
      "SELECT to_regclass('schema_migrations') IS NOT NULL, to_regclass('links') IS NOT NULL,"
      " EXISTS (SELECT FROM pg_attribute WHERE attrelid = to_regclass('schema_migrations')"
      " AND attname = 'applied_at' AND NOT attisdropped), to_regclass('schema_compatibility') IS NOT NULL");
  const auto is_true = [&found](int column) { return *found[0][column].c_str() == 't'; };
  if (!is_true(0)) return is_true(1) ? std::nullopt : std::optional{FoundSchema{}};
  if (!is_true(2)) return std::nullopt;
  const pqxx::result versions = transaction.run(is_true(3) ? kRunsFrom : kRunsAlone);
  return FoundSchema{.version = versions[0][0].as<int>(), .runs_from = versions[0][1].as<int>()};
}

/// Applies the migration, unless another process was faster.
bool apply(pqxx::connection& connection, const Migration& migration, const PostgresMigrateOptions& options) {
  MigrationTransaction transaction{connection, looking(options)};
  take_turn(transaction, options);
  transaction.run(
      "CREATE TABLE IF NOT EXISTS schema_migrations (version integer PRIMARY KEY, name text NOT NULL,"
      " applied_at bigint NOT NULL)");
  const pqxx::result inserted = transaction.run(fmt::format(
      "INSERT INTO schema_migrations (version, name, applied_at)"
      " VALUES ({}, '{}', (extract(epoch FROM clock_timestamp()) * 1000)::bigint) ON CONFLICT DO NOTHING",
      migration.number, migration.name));
  if (inserted.affected_rows() == 0) return false;
  transaction.run(std::string{migration.sql});
  transaction.commit();
  return true;
}

/// The schema, or why this database cannot be ours.
result<FoundSchema> find_schema(pqxx::connection& connection, const PostgresMigrateOptions& options) {
  MigrationTransaction transaction{connection, looking(options)};
  const std::string encoding = transaction.run("SHOW server_encoding")[0][0].c_str();
  if (encoding != "UTF8") {
    return unusable(fmt::format("the database has the encoding {}; curt needs one with UTF8", encoding));
  }
  const std::optional<FoundSchema> found = schema_in(transaction);
  if (!found) return unusable("the tables links or schema_migrations are those of another program");
  return *found;
}

result<MigrationReport> migrate(pqxx::connection& connection, MigrateMode mode,
                                const PostgresMigrateOptions& options,
                                std::span<const Migration> migrations) {
  const result<FoundSchema> found = find_schema(connection, options);
  if (!found) return found.error();
  MigrationReport report;
  report.version_before = found->version;
  report.latest_version = migrations.empty() ? 0 : migrations.back().number;
  if (!found->runs_with(report.latest_version)) {
    return unusable(found->refusal("the database", report.latest_version));
  }
  for (const Migration& migration : migrations) {
    if (migration.number <= report.version_before) continue;
    if (mode == MigrateMode::apply && !apply(connection, migration, options)) continue;
    report.steps.push_back({migration.number, std::string{migration.name}});
  }
  report.search_index = make_search_index(connection, mode, options);
  return report;
}

/// Runs `work` with a connection; what libpqxx throws becomes the error.
template <class T, class Work>
result<T> with_connection(const std::string& url, const PostgresMigrateOptions& options, const Work& work) {
  const auto connection_string = postgres::complete_connection_string(url, options.connect_timeout);
  if (!connection_string) return unusable(connection_string.error().detail);
  try {
    pqxx::connection connection{*connection_string};
    return work(connection);
  } catch (const std::exception& e) {
    Error error = failure_of(e);
    if (postgres::kind_of(e) == postgres::Failure::broken) error.code = ErrorCode::unavailable;
    return error;
  }
}

}  // namespace

result<MigrationReport> migrate_postgres(const std::string& url, MigrateMode mode,
                                         const PostgresMigrateOptions& options,
                                         std::span<const Migration> migrations) {
  return with_connection<MigrationReport>(url, options, [&](pqxx::connection& connection) {
    return migrate(connection, mode, options, migrations);
  });
}

result<SchemaCheck> check_postgres_schema(const std::string& url, const PostgresMigrateOptions& options,
                                          std::span<const Migration> migrations) {
  return with_connection<SchemaCheck>(url, options, [&](pqxx::connection& connection) -> result<SchemaCheck> {
    const result<FoundSchema> found = find_schema(connection, options);
    if (!found) return found.error();
    SchemaCheck check;
    check.version = found->version;
    check.latest_version = migrations.empty() ? 0 : migrations.back().number;
    if (check.version < check.latest_version) {
      check.fit = SchemaCheck::Fit::older;
      check.advice =
          fmt::format("the schema of the database is older than this binary ({} < {}): run `curt migrate`",
                      check.version, check.latest_version);
    } else if (!found->runs_with(check.latest_version)) {
      check.fit = SchemaCheck::Fit::newer;
      check.advice = found->refusal("the database", check.latest_version);
    } else if (check.version > check.latest_version) {
      check.fit = SchemaCheck::Fit::compatible;
    }
    return check;
  });
}

}  // namespace curt::store
