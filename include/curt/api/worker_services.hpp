#pragma once

#include <functional>

#include "curt/api/services.hpp"
#include "curt/api/side_thread.hpp"
#include "curt/base/clock.hpp"
#include "curt/base/metrics.hpp"
#include "curt/base/reachability.hpp"
#include "curt/links/link_store.hpp"

namespace curt::api {

/// Everything that a handler of `curt worker` may need. Outlives all of them; thread-safe as its parts are.
struct WorkerServices {
  const ApiOptions& options;
  links::LinkStore& store;
  std::function<Reachability::State()> database;         ///< Postgres
  std::function<Reachability::State()> database_writes;  ///< whether it takes writes while it answers
  std::function<Reachability::State()> stream;           ///< the Redis with the stream of visits
  const Metrics& metrics;
  const Clock& clock;
  Timestamp started_at;
  SideThread& side_thread;
};

}  // namespace curt::api
