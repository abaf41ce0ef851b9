#include "app/wiring/open_database.hpp"

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "curt/api/services.hpp"
#include "curt/store/sqlite/sqlite_store.hpp"

#include "app/wiring/schema_guard.hpp"
#include "app/wiring/url_now.hpp"

namespace curt::app {
namespace {

/// Writes that may wait: not all places of requests that wait, so that others find one.
std::size_t most_writes(const Settings& settings) {
  return std::max<std::size_t>(settings.max_requests / 2, 1);
}

store::PostgresOptions postgres_options(const Settings& settings, std::size_t connections) {
  using std::chrono::ceil;
  using std::chrono::seconds;
  store::PostgresOptions options;
  options.url = settings.database_url;
  options.url_now = database_url_now(settings);
  options.pool_size = connections;
  options.queue_length = settings.db_queue_length;
  options.most_creates = most_writes(settings);
  options.client_share = settings.client_share;
  options.prepared_statements = settings.db_prepared_statements;
  options.connect_timeout = ceil<seconds>(settings.db_connect_timeout);
  options.statement_timeout = settings.db_statement_timeout;
  options.queue_timeout = settings.db_queue_timeout;
  options.idle_timeout = ceil<seconds>(settings.db_idle_timeout);
  return options;
}

result<OpenDatabase> open_postgres(const store::PostgresOptions& options, const Clock& clock,
                                   Metrics& metrics) {
  auto postgres = store::open_postgres_store(options, clock, metrics);
  if (!postgres) return postgres.error();
  const store::PostgresStore* same = postgres->get();
  return OpenDatabase{.elsewhere = nullptr, .store = std::move(*postgres), .postgres = same};
}

store::SqliteOptions sqlite_options(const Settings& settings, std::size_t readers) {
  return {.path = settings.sqlite_path(),
          .readers = readers,
          .queue_length = settings.db_queue_length,
          .most_writes = most_writes(settings),
          .client_share = settings.client_share};
}

result<OpenDatabase> open_sqlite(const store::SqliteOptions& options, Metrics& metrics) {
  auto sqlite = store::open_sqlite_store(options, metrics);
  if (!sqlite) return sqlite.error();
  return OpenDatabase{.elsewhere = nullptr, .store = std::move(*sqlite)};
}

}  // namespace

result<OpenDatabase> open_database(const Settings& settings, const Clock& clock, Metrics& metrics) {
  if (settings.uses_sqlite()) return open_sqlite(sqlite_options(settings, settings.db_readers), metrics);
  store::PostgresOptions options = postgres_options(settings, settings.db_pool_size);
  options.pool_min = settings.db_pool_min;
  options.application_name =
      store::claiming_name("serve", settings.db_pool_size, api::ConnectionBudget::kBesidePool);
  return open_postgres(options, clock, metrics);
}

result<OpenDatabase> open_database_patiently(const Settings& settings, const Clock& clock, Metrics& metrics,
                                             std::string_view who) {
  if (settings.uses_sqlite()) return open_sqlite(sqlite_options(settings, 1), metrics);
  store::PostgresOptions options = postgres_options(settings, 1);
  options.application_name = store::claiming_name(who, options.pool_size, 0);
  options.statement_timeout = std::chrono::minutes{1};
  options.queue_timeout = std::chrono::minutes{1};
  return open_postgres(options, clock, metrics);
}

result<OpenDatabase> open_database_for_import(const Settings& settings, const Clock& clock,
                                              Metrics& metrics) {
  if (!settings.uses_sqlite()) return open_database_patiently(settings, clock, metrics);
  store::SqliteOptions options = sqlite_options(settings, 1);
  options.bulk = true;
  options.shared = store::is_open_elsewhere(options.path);
  auto database = open_sqlite(options, metrics);
  if (database) database->elsewhere = std::make_unique<store::OpenElsewhere>(options.path);
  return database;
}

result<OpenDatabase> open_existing_database(const Settings& settings, const Clock& clock, Metrics& metrics) {
  // Opening would make an empty database, and a wrong path look like one without links and keys.
  if (std::error_code error;
      settings.uses_sqlite() && !std::filesystem::exists(settings.sqlite_path(), error)) {
    const std::string file = settings.sqlite_path().string();
    return Error{
        ErrorCode::unavailable,
        error ? fmt::format("the database {} cannot be looked at: {}; run this as the user of the service",
                            file, error.message())
              : fmt::format("there is no database {}; `curt migrate` and `curt serve` make it", file)};
  }
  auto opened = open_database_patiently(settings, clock, metrics);
  if (!opened || opened->postgres == nullptr) return opened;
  SchemaGuard schema{settings};
  if (const auto fits = schema.check(); !fits) return fits.error();
  return opened;
}

}  // namespace curt::app
