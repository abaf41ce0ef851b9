#include <utility>

#include <nlohmann/json.hpp>

#include "curt/http/retry_after.hpp"

#include "api/answers.hpp"
#include "api/handlers.hpp"
#include "api/operator/health_report.hpp"
#include "api/request/stranger.hpp"

namespace curt::api {
namespace {

using Json = nlohmann::ordered_json;

void answer_status(unsigned status, std::string_view text, http::Exchange& exchange) {
  if (status == 503) http::add_retry_after(1, exchange.response);
  answer_json(status, nlohmann::json{{"status", text}}.dump(), exchange);
}

bool answer_live(http::Exchange& exchange) {
  answer_status(200, "up", exchange);
  return true;
}

/// How the whole is doing: with the database away, codes in the caches are still served, and without its
/// writes all links. Visits that do not get on are kept, so that they never make the whole "down".
std::string_view overall(bool database_up, bool others_up, bool caches_serve) {
  if (database_up) return others_up ? "up" : "degraded";
  return caches_serve ? "degraded" : "down";
}

Json describe(const PoolHealth& pool) {
  return {{"size", pool.size}, {"open", pool.open}, {"busy", pool.busy}, {"waiting", pool.waiting}};
}

Json describe(const ConnectionBudget& budget) {
  return {{"pool_size", budget.pool_size},
          {"instances", budget.instances},
          {"wanted", budget.wanted()},
          {"max_connections", budget.max_connections},
          {"fits", budget.fits()}};
}

Json describe(const SharedCacheHealth& cache, Timestamp now) {
  const bool is_doubted = cache.state.up && cache.doubted_for;
  const char* up = is_doubted ? "degraded" : "up";
  Json shown{{"status", cache.state.up ? up : "down"},
             {"kind", "redis"},
             {"since", to_rfc3339(is_doubted ? now - *cache.doubted_for : cache.state.since)},
             {"listening", cache.listening}};
  if (cache.state.up) shown["latency_ms"] = static_cast<double>(cache.state.latency.count()) / 1000;
  // The log names the exact cause to the operator: a health check must not reveal names of hosts.
  if (!cache.state.up) {
    shown["error"] = "the cache cannot be reached";
  } else if (is_doubted) {
    shown["error"] = "the cache may not know of every change";
  }
  return shown;
}

Json describe(const VisitHealth& visits) {
  return {{"status", visits.is_well() ? "up" : "degraded"},
          {"handing_on", visits.handing_on},
          {"keeping", visits.keeping},
          {"in_flight", visits.in_flight},
          {"lag_seconds", visits.lag.count()},
          {"spool_bytes", visits.spool_bytes}};
}

Json describe(const access::KeysHealth& keys, std::size_t count) {
  Json shown{{"status", keys.is_well() ? "up" : "degraded"}, {"count", count}, {"age_seconds", nullptr}};
  if (keys.age) shown["age_seconds"] = static_cast<double>(keys.age->count()) / 1000;
  if (!keys.is_well()) shown["error"] = "changes of keys cannot be followed; those that are known go on";
  return shown;
}

/// Names no file: whoever may see the whole need not know the paths of this machine; the log has them.
Json describe(const ListsHealth& lists) {
  Json shown{{"status", lists.error ? "degraded" : "up"},
             {"blocked", lists.blocked},
             {"allowed", lists.allowed},
             {"read_at", to_rfc3339(lists.read_at)}};
  if (lists.error) {
    shown["error"] =
        "the lists cannot be read; those that were read before are in force; the log names the file and why";
  }
  return shown;
}

}  // namespace

bool get_health_live(const Services&, http::Exchange& exchange) { return answer_live(exchange); }

bool get_health_live(const WorkerServices&, http::Exchange& exchange) { return answer_live(exchange); }

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

namespace {

/// Whether to tell of the parts, and not only how the whole is doing.
bool may_see_whole(const Services& services, const http::Exchange& exchange) {
  const ApiOptions& options = services.options;
  if (options.metrics_apart) return false;
  if (exchange.principal.key) return exchange.principal.scopes.allow(access::Scope::metrics_read);
  return options.auth == Auth::open && !stranger_refusal(Audience::owners, exchange.request, options);
}

/// Parts that take time to tell of are counted only for the whole.
enum class Detail { status, whole };

awaitable<HealthReport> report_of(const Services& services, Call& call, Detail detail) {
  const Ping ping = co_await api::ping(services.store, call);
  const bool up = ping.answer.has_value();
  Timestamp since = services.database_state.observe(up, services.clock.now());
  const HealthSources& sources = services.health;
  if (sources.database) since = sources.database().since;
  bool takes_writes = true;
  if (up && sources.database_writes) {
    const Reachability::State writes = sources.database_writes();
    takes_writes = writes.up;
    if (!takes_writes) since = writes.since;
  }
  const bool misses_changes = up && sources.misses_changes && sources.misses_changes();

  const char* status = takes_writes && !misses_changes ? "up" : "degraded";
  Json database{
      {"status", up ? status : "down"}, {"kind", services.store.kind()}, {"since", to_rfc3339(since)}};
  if (up) database["latency_ms"] = ping.latency.count();
  if (!up) {
    database["error"] = ping.answer.error().detail;
  } else if (!takes_writes) {
    database["error"] = kTakesNoWrites;
  } else if (misses_changes) {
    database["error"] = "what other instances change cannot be followed";
  }
  if (sources.pool) database["pool"] = describe(sources.pool());
  if (sources.budget) {
    if (const auto budget = sources.budget()) database["connections"] = describe(*budget);
  }
  Json components{{"database", std::move(database)}};
  bool shared_cache_up = false;
  bool shared_cache_well = true;
  if (sources.shared_cache) {
    const SharedCacheHealth shared_cache = sources.shared_cache();
    shared_cache_up = shared_cache.state.up && shared_cache.listening;
    shared_cache_well = shared_cache.is_well();
    components["cache"] = describe(shared_cache, services.clock.now());
  }
  bool visits_get_on = true;
  if (sources.visits) {
    const VisitHealth visits = sources.visits();
    visits_get_on = visits.is_well();
    components["visits"] = describe(visits);
  }
  bool keys_current = true;
  if (sources.keys) {
    const access::KeysHealth keys = sources.keys();
    keys_current = keys.is_well();
    if (detail == Detail::whole)
      components["keys"] = describe(keys, services.keys.count(services.clock.now()));
  }
  bool lists_current = true;
  if (sources.lists) {
    const ListsHealth lists = sources.lists();
    lists_current = !lists.error;
    components["lists"] = describe(lists);
  }
  HealthReport report;
  report.status = overall(
      up,
      takes_writes && !misses_changes && shared_cache_well && visits_get_on && keys_current && lists_current,
      shared_cache_up || services.cache.size() > 0);
  report.started_at = services.started_at;
  report.components = std::move(components);
  co_return report;
}

}  // namespace

awaitable<void> get_health(const Services& services, http::Exchange& exchange) {
  const bool whole = may_see_whole(services, exchange);
  const Detail detail = whole ? Detail::whole : Detail::status;
  const HealthReport report = co_await report_of(services, exchange.call, detail);
  if (whole) co_return answer_health(report, services.clock, exchange);
  answer_status(report.status == "down" ? 503 : 200, report.status, exchange);
}

awaitable<void> get_whole_health(const Services& services, http::Exchange& exchange) {
  const HealthReport report = co_await report_of(services, exchange.call, Detail::whole);
  answer_health(report, services.clock, exchange);
}

}  // namespace curt::api
