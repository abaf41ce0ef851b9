#include "app/wiring/open_database.hpp"

#include <utility>

#include "curt/store/sqlite/sqlite_store.hpp"

namespace curt::app {
namespace {

store::PostgresOptions postgres_options(const Settings& settings, std::size_t connections) {
  using std::chrono::ceil;
  using std::chrono::seconds;
  store::PostgresOptions options;
  options.url = settings.database_url;
  options.pool_size = connections;
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
  return OpenDatabase{std::move(*postgres), same};
}

result<OpenDatabase> open_sqlite(const Settings& settings, std::size_t readers, Metrics& metrics) {
  auto sqlite = store::open_sqlite_store({settings.sqlite_path(), readers}, metrics);
  if (!sqlite) return sqlite.error();
  return OpenDatabase{std::move(*sqlite)};
}

}  // namespace

result<OpenDatabase> open_database(const Settings& settings, const Clock& clock, Metrics& metrics) {
  if (settings.uses_sqlite()) return open_sqlite(settings, settings.db_readers, metrics);
  return open_postgres(postgres_options(settings, settings.db_pool_size), clock, metrics);
}

result<OpenDatabase> open_database_patiently(const Settings& settings, const Clock& clock, Metrics& metrics) {
  if (settings.uses_sqlite()) return open_sqlite(settings, 1, metrics);
  store::PostgresOptions options = postgres_options(settings, 1);
  options.statement_timeout = std::chrono::minutes{1};
  options.queue_timeout = std::chrono::minutes{1};
  return open_postgres(options, clock, metrics);
}

}  // namespace curt::app
