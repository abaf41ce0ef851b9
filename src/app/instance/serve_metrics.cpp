#include "app/instance/serve_metrics.hpp"

#include "app/wiring/options.hpp"

namespace curt::app {
namespace {

/// The same parts with other options.
api::Services services_with(const api::ApiOptions& options, const api::Services& others) {
  return {.options = options,
          .links = others.links,
          .resolver = others.resolver,
          .store = others.store,
          .statistics = others.statistics,
          .cache = others.cache,
          .clock = others.clock,
          .metrics = others.metrics,
          .life_stage = others.life_stage,
          .database_state = others.database_state,
          .health = others.health,
          .started_at = others.started_at,
          .budget = others.budget,
          .bots = others.bots,
          .side_thread = others.side_thread,
          .keys = others.keys,
          .key_service = others.key_service,
          .limits = others.limits,
          .lists = others.lists};
}

}  // namespace

ServeMetrics::ServeMetrics(const Settings& settings, const ServeApi& api)
    : options(metrics_api_options(settings)),
      services(services_with(options, api.services)),
      service(services),
      server_metrics(unshown, service.route_names()),
      server(side_server_options(settings.metrics_listen), service, server_metrics, nullptr) {}

}  // namespace curt::app
