#pragma once

#include <memory>

#include "curt/app/settings/settings.hpp"
#include "curt/base/clock.hpp"
#include "curt/base/metrics.hpp"
#include "curt/domain/error.hpp"
#include "curt/store/postgres/postgres_store.hpp"
#include "curt/store/store.hpp"

namespace curt::app {

/// The store that database_url names.
struct OpenStore {
  std::unique_ptr<store::Store> links;             ///< and its visits()
  const store::PostgresStore* postgres = nullptr;  ///< the same, if it is one
};

/// Opens it for `curt serve`. SQLite's schema is brought forward, Postgres's is left as it is. An error's
/// detail is for the operator.
[[nodiscard]] result<OpenStore> open_store(const Settings& settings, const Clock& clock, Metrics& metrics);

/// The same for a command that does one thing at a time, and would rather wait than fail.
[[nodiscard]] result<OpenStore> open_store_patiently(const Settings& settings, const Clock& clock,
                                                     Metrics& metrics);

}  // namespace curt::app
