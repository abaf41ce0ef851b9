#include "app/instance/serve_limits.hpp"

#include <cstdint>
#include <span>

#include "app/wiring/options.hpp"

namespace curt::app {
namespace {

std::uint64_t seed_from(RandomSource& random) {
  std::uint64_t seed = 0;
  random.fill(std::as_writable_bytes(std::span{&seed, 1}));
  return seed;
}

}  // namespace

ServeLimits::ServeLimits(const Settings& settings, const SharedCache& shared, Ground& ground)
    : redis(shared.redis ? std::make_unique<cache::RedisLimiter>(*shared.redis) : nullptr),
      limiter(quotas(settings), redis.get(), seed_from(ground.random), ground.clock, ground.metrics) {}

}  // namespace curt::app
