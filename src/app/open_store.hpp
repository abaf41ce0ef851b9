#pragma once

#include <memory>

#include "curt/base/clock.hpp"
#include "curt/base/metrics.hpp"
#include "curt/base/settings.hpp"
#include "curt/domain/error.hpp"
#include "curt/links/link_store.hpp"
#include "curt/store/postgres/link_store.hpp"

namespace curt::app {

/// The store that database_url names.
struct OpenStore {
  std::unique_ptr<links::LinkStore> links;
  const store::PostgresStore* postgres = nullptr;  ///< the same, if it is one
};

/// Opens it, with `threads` readers or connections. SQLite's schema is brought forward, Postgres's is left as
/// it is. An error's detail is for the operator.
[[nodiscard]] result<OpenStore> open_store(const Settings& settings, std::size_t threads, const Clock& clock,
                                           Metrics& metrics);

}  // namespace curt::app
