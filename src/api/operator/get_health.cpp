#include <chrono>

#include <nlohmann/json.hpp>

#include "api/answers.hpp"
#include "api/handlers.hpp"

namespace curt::api {
namespace {

void answer_status(unsigned status, std::string_view text, http::Exchange& exchange) {
  if (status == 503) exchange.response.add_header("Retry-After", "1");
  answer_json(status, nlohmann::json{{"status", text}}.dump(), exchange);
}

using Json = nlohmann::ordered_json;

/// How the whole is doing: with the database away, codes in the caches are still served.
/// Visits that do not get on are kept, so that they never make the whole "down".
std::string_view overall(bool database_up, bool has_shared_cache, bool shared_cache_up, bool visits_get_on,
                         const links::LinkCache& cache) {
  if (database_up) return (has_shared_cache && !shared_cache_up) || !visits_get_on ? "degraded" : "up";
  return cache.size() > 0 || shared_cache_up ? "degraded" : "down";
}

Json describe(const PoolHealth& pool) {
  return {{"size", pool.size}, {"open", pool.open}, {"busy", pool.busy}, {"waiting", pool.waiting}};
}

Json describe(const ConnectionBudget& budget) {
  return {{"pool_size", budget.pool_size},
          {"instances", budget.instances},
          {"max_connections", budget.max_connections},
          {"fits", budget.fits()}};
}

Json describe(const SharedCacheHealth& cache) {
  Json shown{{"status", cache.state.up ? "up" : "down"},
             {"kind", "redis"},
             {"since", to_rfc3339(cache.state.since)},
             {"listening", cache.listening}};
  if (cache.state.up) shown["latency_ms"] = static_cast<double>(cache.state.latency.count()) / 1000;
  // What exactly is for the operator, in the log: names of hosts are nobody else's business.
  if (!cache.state.up) shown["error"] = "the cache cannot be reached";
  return shown;
}

Json describe(const VisitHealth& visits) {
  return {{"status", visits.is_well() ? "up" : "degraded"},
          {"handing_on", visits.handing_on},
          {"in_flight", visits.in_flight},
          {"lag_seconds", visits.lag.count()},
          {"spool_bytes", visits.spool_bytes}};
}

}  // namespace

bool get_health_live(const Services&, http::Exchange& exchange) {
  answer_status(200, "up", exchange);
  return true;
}

bool get_health_ready(const Services& services, http::Exchange& exchange) {
  switch (services.life_stage.load(std::memory_order_relaxed)) {
    case LifeStage::starting:
      answer_status(503, "starting", exchange);
      break;
    case LifeStage::serving:
      answer_status(200, "up", exchange);
      break;
    case LifeStage::stopping:
      answer_status(503, "stopping", exchange);
      break;
  }
  return true;
}

awaitable<void> get_health(const Services& services, http::Exchange& exchange) {
  const auto asked_at = std::chrono::steady_clock::now();
  const result<void> ping = co_await services.store.ping(exchange.call);
  const std::chrono::duration<double, std::milli> latency = std::chrono::steady_clock::now() - asked_at;
  const bool up = ping.has_value();
  Timestamp since = services.database_state.observe(up, services.clock.now());
  const HealthSources& sources = services.health;
  if (sources.database) since = sources.database().since;

  Json database{
      {"status", up ? "up" : "down"}, {"kind", services.store.kind()}, {"since", to_rfc3339(since)}};
  if (up) database["latency_ms"] = latency.count();
  if (!up) database["error"] = ping.error().detail;
  if (sources.pool) database["pool"] = describe(sources.pool());
  if (sources.budget) {
    if (const auto budget = sources.budget()) database["connections"] = describe(*budget);
  }
  Json components{{"database", std::move(database)}};
  bool shared_cache_up = false;
  if (sources.shared_cache) {
    const SharedCacheHealth shared_cache = sources.shared_cache();
    shared_cache_up = shared_cache.state.up && shared_cache.listening;
    components["cache"] = describe(shared_cache);
  }
  bool visits_get_on = true;
  if (sources.visits) {
    const VisitHealth visits = sources.visits();
    visits_get_on = visits.is_well();
    components["visits"] = describe(visits);
  }
  const std::string_view status =
      overall(up, static_cast<bool>(sources.shared_cache), shared_cache_up, visits_get_on, services.cache);
  const auto uptime = std::chrono::floor<std::chrono::seconds>(services.clock.now() - services.started_at);
  const Json health{{"status", status},
                    {"version", CURT_VERSION},
                    {"uptime_seconds", uptime.count()},
                    {"components", std::move(components)}};
  if (status == "down") exchange.response.add_header("Retry-After", "1");
  answer_json(status == "down" ? 503 : 200, health.dump(), exchange);
}

}  // namespace curt::api
