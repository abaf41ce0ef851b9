#include "app/instance/health_sources.hpp"

#include <chrono>

#include "curt/base/logging.hpp"

namespace curt::app {
namespace {

/// One failed announcement is made up for in less.
constexpr std::chrono::seconds kLongDoubt{1};

}  // namespace

api::HealthSources health_sources(const Settings& settings, const HealthParts& parts) {
  const auto& [database, shared, links_part, visits_part, keys_part, lists_part, clock_part] = parts;
  const ServeLinks& links = links_part;
  const ServeVisits& visits = visits_part;
  const Clock& clock = clock_part;
  api::HealthSources sources;
  sources.keys = [&follower = keys_part.follower] { return follower.health(); };
  if (lists_part.are_named()) sources.lists = [&lists = lists_part] { return lists.health(); };
  sources.visits = [&visits] { return visits.health(); };
  sources.misses_changes = [&links] { return links.coherence.is_blind(); };
  if (database.postgres != nullptr) {
    sources.database = [postgres = database.postgres] { return postgres->reachability().state(); };
    sources.database_writes = [postgres = database.postgres] { return postgres->writes().state(); };
    sources.pool = [postgres = database.postgres] {
      const store::PoolState pool = postgres->pool();
      return api::PoolHealth{
          .size = pool.size, .open = pool.open, .busy = pool.busy, .waiting = pool.waiting};
    };
    sources.budget = [postgres = database.postgres, &settings]() -> std::optional<api::ConnectionBudget> {
      const auto max_connections = postgres->max_connections();
      if (!max_connections) return std::nullopt;
      const auto claims = postgres->claims();
      return api::ConnectionBudget{.pool_size = settings.db_pool_size,
                                   .instances = settings.instances,
                                   .max_connections = *max_connections,
                                   .claimed = claims ? claims->connections : 0};
    };
  }
  if (shared.redis) {
    sources.shared_cache = [redis = shared.redis.get(), &doubt = links.doubt, &clock] {
      api::SharedCacheHealth cache{redis->reachability(), redis->is_subscribed()};
      const auto since = doubt.since();
      const auto stands_for = since ? clock.steady_now() - *since : SteadyTime::duration{};
      if (stands_for >= kLongDoubt)
        cache.doubted_for = std::chrono::floor<std::chrono::milliseconds>(stands_for);
      return cache;
    };
  }
  return sources;
}

awaitable<void> warn_of_budget(links::LinkStore& store, const api::HealthSources& sources) {
  Call call{Deadline::in(std::chrono::seconds{5})};
  const auto answered = co_await store.ping(call);
  if (!answered || !sources.budget) co_return;
  const auto budget = sources.budget();
  if (budget && !budget->fits()) {
    log::warn("the instances together may want more connections than the database server has",
              {{"pool_size", std::uint64_t{budget->pool_size}},
               {"instances", std::uint64_t{budget->instances}},
               {"max_connections", std::uint64_t{budget->max_connections}}});
  }
}

}  // namespace curt::app
