#include "app/instance/serve_links.hpp"

#include "app/wiring/options.hpp"

namespace curt::app {

ServeLinks::ServeLinks(const Settings& settings, store::Store& store, const SharedCache& shared,
                       Ground& ground)
    : cache(local_cache_options(settings), ground.metrics),
      resolver(store, cache, shared.links.get(), ground.clock, ground.metrics),
      coherence(store, cache, resolver, ground.metrics),
      rules(link_rules(settings)),
      codes(ground.random),
      service(store, resolver, rules, codes, ground.clock, ground.metrics, settings.code_length),
      budget(store, ground.clock, ground.metrics) {}

void ServeLinks::follow_others(const SharedCache& shared, const Clock& clock,
                               std::span<const Executor> executors) {
  if (!shared.redis) return;
  cache.changes_go_unheard();  // until the subscription to changes elsewhere is there
  coherence.use(executors.front());
  shared.links->listen(coherence);
  resolver.when_in_doubt([this] { coherence.look_again(); });
  shared.redis->start(executors);
  coherence.started(clock.now());
}

}  // namespace curt::app
