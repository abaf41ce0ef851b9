#pragma once

#include <optional>
#include <span>

#include "curt/cache/redis/protocol/redis_command.hpp"
#include "curt/cache/redis/protocol/redis_reply.hpp"
#include "curt/limits/gcra.hpp"
#include "curt/limits/subject.hpp"

namespace curt::cache {

/// Whether the request can still be refused, or is over: then it is charged in any case, and the budgets may
/// owe up to most_owed().
enum class Charge { before_request, after_request };

/// Charges a request to the budgets of one client, to all or to none. `verb` is evalsha, which a server that
/// does not know the script refuses with NOSCRIPT, or eval.
[[nodiscard]] RedisCommand charge_command(RedisVerb verb, const limits::Subject& who,
                                          std::span<const limits::Policy> policies, Charge charge);

/// What it answered; nothing where that is an error, or no answer to so many budgets.
[[nodiscard]] std::optional<limits::Verdict> verdict_from(const RedisReply& reply, std::size_t policies);

}  // namespace curt::cache
