#pragma once

#include <memory>

#include "curt/app/settings/settings.hpp"
#include "curt/cache/redis/limits/redis_limiter.hpp"
#include "curt/limits/rate_limiter.hpp"

#include "app/wiring/ground.hpp"
#include "app/wiring/shared_cache.hpp"

namespace curt::app {

/// What keeps clients of `curt serve` within their quotas. What it is given must outlive it.
struct ServeLimits {
  ServeLimits(const Settings& settings, const SharedCache& shared, Ground& ground);
  ServeLimits(const ServeLimits&) = delete;
  ServeLimits& operator=(const ServeLimits&) = delete;

  const std::unique_ptr<cache::RedisLimiter> redis;  ///< null where there is no Redis
  limits::RateLimiter limiter;
};

}  // namespace curt::app
