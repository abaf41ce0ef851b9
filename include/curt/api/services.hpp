#pragma once

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include "curt/api/component_state.hpp"
#include "curt/base/clock.hpp"
#include "curt/base/metrics.hpp"
#include "curt/links/link_cache.hpp"
#include "curt/links/link_service.hpp"
#include "curt/links/link_store.hpp"
#include "curt/links/resolver.hpp"

namespace curt::api {

/// Where the process is in its life.
enum class LifeStage { starting, serving, stopping };

struct ApiOptions {
  std::string base_url;                   ///< without a slash at its end
  std::string root_redirect;              ///< where GET / leads; empty for our own page
  std::vector<std::string> cors_origins;  ///< "*" for any
  /// Whether only this machine can reach the service. Then a page on the web may do so from a browser here
  /// under any name that its owner points at 127.0.0.1, so that links are managed under our own names only.
  bool loopback_only = false;
  std::chrono::milliseconds redirect_deadline{1000};
  std::chrono::milliseconds api_deadline{5000};
};

/// Everything that a handler may need. Outlives all of them; thread-safe as its parts are.
struct Services {
  const ApiOptions& options;
  links::LinkService& links;
  links::Resolver& resolver;
  links::LinkStore& store;
  links::LinkCache& cache;
  const Clock& clock;
  const Metrics& metrics;
  const std::atomic<LifeStage>& life_stage;
  ComponentState& database_state;
  Timestamp started_at;
};

}  // namespace curt::api
