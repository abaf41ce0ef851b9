#include "curt/cache/redis/limits/redis_limiter.hpp"

#include <exception>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "cache/redis/limits/rate_script.hpp"
#include "cache/redis/protocol/refusal_cause.hpp"

namespace curt::cache {
namespace {

Error not_counted(std::string why) { return {ErrorCode::unavailable, {}, std::move(why), {}}; }

}  // namespace

awaitable<result<limits::Verdict>> RedisLimiter::charge(Call& call, limits::Subject who,
                                                        std::span<const limits::Policy> policies) {
  result<limits::Verdict> verdict = co_await ask(call, who, policies, Charge::before_request);
  co_return verdict;
}

awaitable<result<limits::Verdict>> RedisLimiter::ask(Call& call, limits::Subject who,
                                                     std::span<const limits::Policy> policies,
                                                     Charge charge) {
  RedisCommand command = charge_command(RedisVerb::evalsha, who, policies, charge);
  std::optional<RedisReply> reply = co_await client_.ask(std::move(command), call.deadline);
  if (reply && reply->is_error("NOSCRIPT")) {
    command = charge_command(RedisVerb::eval, who, policies, charge);
    reply = co_await client_.ask(std::move(command), call.deadline);
  }
  if (!reply) co_return not_counted("redis does not answer in time");
  const std::optional<limits::Verdict> verdict = verdict_from(*reply, policies.size());
  if (verdict) co_return *verdict;
  const bool is_error = reply->kind == RedisReply::Kind::error;
  co_return not_counted(is_error ? std::string{refusal_cause(reply->text)} : "redis answers something else");
}

void RedisLimiter::charge_later(limits::Subject who, const limits::Policy& policy, Done done) {
  const std::optional<Executor> executor = client_.executor_here();
  if (!executor) {
    done(not_counted("redis is not connected"));
    return;
  }
  net::co_spawn(*executor, charge_and_tell(who, policy, std::move(done)), net::detached);
}

awaitable<void> RedisLimiter::charge_and_tell(limits::Subject who, const limits::Policy& policy, Done done) {
  result<limits::Verdict> verdict = not_counted("redis was not asked");
  try {
    Call call{Deadline::in(client_.options().timeout)};
    const std::span<const limits::Policy> policies{&policy, 1};
    verdict = co_await ask(call, who, policies, Charge::after_request);
  } catch (const std::exception& failure) {
    verdict = not_counted(failure.what());
  }
  done(verdict);
}

}  // namespace curt::cache
