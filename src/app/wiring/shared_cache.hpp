#pragma once

#include <chrono>
#include <memory>

#include "curt/app/settings/settings.hpp"
#include "curt/base/clock.hpp"
#include "curt/base/metrics.hpp"
#include "curt/cache/redis/connection/redis_client.hpp"
#include "curt/cache/redis/links/redis_link_cache.hpp"
#include "curt/domain/error.hpp"

namespace curt::app {

/// The Redis that redis_url names, not started yet; both null where it names none.
struct SharedCache {
  std::unique_ptr<cache::RedisClient> redis;
  std::unique_ptr<cache::RedisLinkCache> links;
};

/// `timeout` is how long a command may take. An error's detail is for the operator.
[[nodiscard]] result<SharedCache> make_shared_cache(const Settings& settings,
                                                    std::chrono::milliseconds timeout, const Clock& clock,
                                                    Metrics& metrics);

}  // namespace curt::app
