#pragma once

#include "curt/api/services.hpp"
#include "curt/app/settings/settings.hpp"
#include "curt/base/async.hpp"

#include "app/wiring/open_store.hpp"
#include "app/wiring/shared_cache.hpp"

namespace curt::app {

/// What /health tells of this set-up beside the store's answer to a ping. What is given outlives it.
[[nodiscard]] api::HealthSources health_sources(const Settings& settings, const OpenStore& store,
                                                const SharedCache& shared);

/// Has the store connect, so that what it learns of the server can be compared with what this set-up wants of
/// it; logs a warning if that is more.
[[nodiscard]] awaitable<void> warn_of_budget(links::LinkStore& store, const api::HealthSources& sources);

}  // namespace curt::app
