#pragma once

#include "curt/api/services.hpp"
#include "curt/app/settings/settings.hpp"
#include "curt/base/async.hpp"

#include "app/instance/serve_keys.hpp"
#include "app/instance/serve_links.hpp"
#include "app/instance/serve_lists.hpp"
#include "app/instance/serve_visits.hpp"
#include "app/wiring/open_database.hpp"
#include "app/wiring/shared_cache.hpp"

namespace curt::app {

/// What of an instance has something to say of its health.
struct HealthParts {
  const OpenDatabase& database;
  const SharedCache& shared;
  const ServeLinks& links;
  const ServeVisits& visits;
  const ServeKeys& keys;
  const ServeLists& lists;
  const Clock& clock;
};

/// What /health says of this setup besides the reply of the store to a ping. What is given outlives it, but
/// for the struct of its parts.
[[nodiscard]] api::HealthSources health_sources(const Settings& settings, const HealthParts& parts);

/// Makes the store connect, so that the server's limit of connections is known, and logs a warning if this
/// setup may need more.
[[nodiscard]] awaitable<void> warn_of_budget(links::LinkStore& store, const api::HealthSources& sources);

}  // namespace curt::app
