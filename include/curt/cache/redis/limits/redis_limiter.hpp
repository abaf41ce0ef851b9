#pragma once

#include <functional>
#include <optional>
#include <span>

#include "curt/cache/redis/connection/redis_client.hpp"
#include "curt/limits/shared_limiter.hpp"

namespace curt::cache {

enum class Charge;

/// The budgets of clients in Redis, one key for each that is not whole, `curt:rate:<budget>:<client>`, which
/// lives until that is whole: for the window of its quota, or twice that where it is charged after requests.
/// A script judges and charges in one step, by the clock of the server alone. What it is given must outlive
/// it and whatever runs on the client's executors; it too must outlive that.
class RedisLimiter final : public limits::SharedLimiter {
 public:
  explicit RedisLimiter(RedisClient& client) : client_(client) {}

  awaitable<result<limits::Verdict>> charge(Call& call, limits::Subject who,
                                            std::span<const limits::Policy> policies) override;
  void charge_later(limits::Subject who, const limits::Policy& policy,
                    std::function<void(result<limits::Verdict>)> done) override;

 private:
  using Done = std::function<void(result<limits::Verdict>)>;

  awaitable<result<limits::Verdict>> ask(Call& call, limits::Subject who,
                                         std::span<const limits::Policy> policies, Charge charge);
  awaitable<void> charge_and_tell(limits::Subject who, const limits::Policy& policy, Done done);

  RedisClient& client_;
};

}  // namespace curt::cache
