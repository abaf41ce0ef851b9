#pragma once

#include <memory>
#include <string_view>

#include "curt/app/settings/settings.hpp"
#include "curt/base/clock.hpp"
#include "curt/base/metrics.hpp"
#include "curt/domain/error.hpp"
#include "curt/store/postgres/postgres_store.hpp"
#include "curt/store/sqlite/open_elsewhere.hpp"
#include "curt/store/store.hpp"

namespace curt::app {

/// The database that database_url names.
struct OpenDatabase {
  /// Of a file that was opened for imports: whether others have to wait for their transactions.
  std::unique_ptr<store::OpenElsewhere> elsewhere;  // before the store, so that it goes after it
  std::unique_ptr<store::Store> store;
  const store::PostgresStore* postgres = nullptr;  ///< the same store, if it is one of Postgres
};

/// Opens it for `curt serve`. SQLite's schema is brought forward, Postgres's is left as it is. An error's
/// detail is for the operator.
[[nodiscard]] result<OpenDatabase> open_database(const Settings& settings, const Clock& clock,
                                                 Metrics& metrics);

/// Like open_database(), for a command that does one thing at a time and would rather wait than fail. The
/// database server shows it as `who`.
[[nodiscard]] result<OpenDatabase> open_database_patiently(const Settings& settings, const Clock& clock,
                                                           Metrics& metrics,
                                                           std::string_view who = "command");

/// Like open_database_patiently(), for one who writes much: what imports have stored is durable after
/// LinkStore::sync(). To be called before this process has opened the database otherwise.
[[nodiscard]] result<OpenDatabase> open_database_for_import(const Settings& settings, const Clock& clock,
                                                            Metrics& metrics);

/// Like open_database_patiently(), for a command that works on what is there: an error where there is no
/// SQLite file yet, or Postgres cannot be asked for its schema or has another one.
[[nodiscard]] result<OpenDatabase> open_existing_database(const Settings& settings, const Clock& clock,
                                                          Metrics& metrics);

}  // namespace curt::app
