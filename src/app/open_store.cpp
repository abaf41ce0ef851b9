#include "open_store.hpp"

#include <utility>

#include "curt/store/sqlite/link_store.hpp"

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

}  // namespace

result<OpenStore> open_store(const Settings& settings, std::size_t threads, const Clock& clock,
                             Metrics& metrics) {
  if (settings.uses_sqlite()) {
    auto sqlite = store::open_sqlite_store({settings.sqlite_path(), threads}, metrics);
    if (!sqlite) return sqlite.error();
    return OpenStore{std::move(*sqlite)};
  }
  auto postgres = store::open_postgres_store(postgres_options(settings, threads), clock, metrics);
  if (!postgres) return postgres.error();
  const store::PostgresStore* same = postgres->get();
  return OpenStore{std::move(*postgres), same};
}

}  // namespace curt::app
