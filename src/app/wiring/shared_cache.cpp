#include "app/wiring/shared_cache.hpp"

#include <algorithm>
#include <utility>

#include "app/wiring/options.hpp"

namespace curt::app {

result<SharedCache> make_shared_cache(const Settings& settings, std::chrono::milliseconds timeout,
                                      const Clock& clock, Metrics& metrics) {
  SharedCache shared;
  if (settings.redis_url.empty()) return shared;
  auto options = redis_options(settings);
  if (!options) return options.error();
  options->timeout = timeout;
  options->dead_after = std::max(options->dead_after, 2 * options->timeout);
  auto client = cache::RedisClient::make(std::move(*options), metrics, clock);
  if (!client) return client.error();
  shared.redis = std::move(*client);
  cache::RedisLinkCacheOptions link_options;
  link_options.ttl = settings.redis_ttl;
  link_options.negative_ttl = settings.negative_ttl;
  shared.links = std::make_unique<cache::RedisLinkCache>(*shared.redis, link_options, metrics, clock);
  return shared;
}

}  // namespace curt::app
