#include "app/instance/serve_api.hpp"

#include "curt/http/failed_requests.hpp"

#include "app/instance/health_sources.hpp"
#include "app/process/process_metrics.hpp"
#include "app/wiring/options.hpp"

namespace curt::app {

ServeApi::ServeApi(const Settings& settings, const Parts& parts)
    : side_thread(parts.ground.metrics, http::tell_failed_requests),
      bots(parts.bots),
      statistics(parts.database.store->visits(), &parts.visits.accounts(), parts.ground.clock),
      health(health_sources(settings, {.database = parts.database,
                                       .shared = parts.shared,
                                       .links = parts.links,
                                       .visits = parts.visits,
                                       .keys = parts.keys,
                                       .lists = parts.lists,
                                       .clock = parts.ground.clock})),
      options(api_options(settings)),
      services{.options = options,
               .links = parts.links.service,
               .resolver = parts.links.resolver,
               .store = *parts.database.store,
               .statistics = statistics,
               .cache = parts.links.cache,
               .clock = parts.ground.clock,
               .metrics = parts.ground.metrics,
               .life_stage = life_stage,
               .database_state = database_state,
               .health = health,
               .started_at = parts.ground.clock.now(),
               .budget = parts.links.budget,
               .bots = bots,
               .side_thread = side_thread,
               .keys = parts.keys.keys,
               .key_service = parts.keys.service,
               .limits = parts.limits.limiter,
               .lists = parts.lists.lists()},
      service(services, parts.ground.metrics),
      recorder(parts.visits.rings(), settings.access_log ? api::AccessLines::all : api::AccessLines::none),
      server_metrics(parts.ground.metrics, service.route_names()) {
  add_open_files(parts.ground.metrics, server_metrics.connections);
}

}  // namespace curt::app
