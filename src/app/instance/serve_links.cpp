#include "app/instance/serve_links.hpp"

#include "app/wiring/options.hpp"

namespace curt::app {

ServeLinks::ServeLinks(const Settings& settings, store::Store& store, const SharedCache& shared,
                       const limits::TargetPolicy& policy, Ground& ground)
    : cache(local_cache_options(settings), ground.metrics),
      doubt(settings.stale_max, ground.clock.steady_now()),
      resolver(store, cache, shared.links.get(), doubt, ground.clock, ground.metrics),
      announcer(resolver, shared.links.get(), doubt, ground.clock),
      coherence(
          {
              .store = store,
              .outbox = store.outbox(),
              .cache = cache,
              .resolver = resolver,
              .shared = shared.links.get(),
              .announcer = announcer,
              .doubt = doubt,
              .clock = ground.clock,
          },
          settings.negative_ttl, ground.metrics),
      rules(link_rules(settings, policy)),
      codes(ground.random),
      service(store, announcer, rules, codes, ground.clock, ground.metrics, settings.code_length),
      budget(store, ground.clock, ground.metrics) {}

void ServeLinks::follow_others(const SharedCache& shared, std::span<const Executor> executors) {
  cache.changes_go_unheard();  // until the subscription is there, or without it the first look
  coherence.start(executors.front());
  if (!shared.redis) return;
  shared.links->listen(coherence);
  shared.redis->start(executors);
}

}  // namespace curt::app
