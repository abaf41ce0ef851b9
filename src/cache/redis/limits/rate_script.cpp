#include "cache/redis/limits/rate_script.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "cache/redis/protocol/redis_script.hpp"

namespace curt::cache {
namespace {

using limits::Policy;
using limits::Ticks;

// Numbers of Lua are doubles, which hold whole numbers up to 2^53: ticks of 0.1 µs since 2026 until 2054. A
// key holds the theoretical arrival time. One that is no number counts as none. One that lies too far ahead
// was written for a quota that was changed since, or by a clock that went back: from then on the budget
// counts as used up as far as it can be, so that it comes back as the quota says. A budget that refuses is
// written too: a server that takes no writes then says so, whatever it remembers.
/// KEYS: the budgets'; ARGV: of each the interval and the limit in ticks, the window in ms, and how far ahead
/// the time may lie, in limits: 1, or 2 where the request is over and is charged in any case.
constexpr std::string_view kCharge = R"lua(
local time = redis.call('TIME')
local now = (time[1] - 1767225600) * 10000000 + time[2] * 10
local function set(key, arrival, level, longest)
  local life = math.min(math.ceil(level / 10000), longest)
  redis.call('SET', key, string.format('%.0f', arrival), 'PX', string.format('%.0f', life))
end
local answer = {1}
local budgets = {}
for i, key in ipairs(KEYS) do
  local interval, limit, window, reach = unpack(ARGV, i * 4 - 3, i * 4)
  local budget = {interval = tonumber(interval), most = limit * reach, longest = window * reach}
  budgets[i] = budget
  local arrival = tonumber(redis.pcall('GET', key)) or now
  local level = math.min(math.max(arrival - now, 0), budget.most)
  answer[i + 1] = level
  if reach == '1' and level + budget.interval > budget.most then
    answer[1] = 0
    set(key, now + level, level, budget.longest)
  end
end
if answer[1] == 1 then
  for i, key in ipairs(KEYS) do
    local budget = budgets[i]
    local level = math.min(answer[i + 1] + budget.interval, budget.most)
    set(key, now + level, level, budget.longest)
    answer[i + 1] = level
  end
end
return answer
)lua";

const RedisScript& charge_script() {
  static const RedisScript script = make_script(kCharge);
  return script;
}

}  // namespace

RedisCommand charge_command(RedisVerb verb, const limits::Subject& who, std::span<const Policy> policies,
                            Charge charge) {
  const std::string client = who.text();
  std::vector<std::string> texts;
  texts.reserve(policies.size() * 5);
  for (const Policy& policy : policies) {
    texts.push_back(fmt::format("curt:rate:{}:{}", name_of(policy.budget), client));
  }
  for (const Policy& policy : policies) {
    texts.push_back(fmt::to_string(policy.rate.interval.count()));
    texts.push_back(fmt::to_string(policy.rate.limit.count()));
    texts.push_back(fmt::to_string(std::chrono::milliseconds{policy.quota.window}.count()));
    const Ticks reach = charge == Charge::after_request ? most_owed(policy.rate) : policy.rate.limit;
    texts.push_back(fmt::to_string(reach / policy.rate.limit));
  }
  return script_command(verb, charge_script(), policies.size(), texts);
}

std::optional<limits::Verdict> verdict_from(const RedisReply& reply, std::size_t policies) {
  if (reply.kind != RedisReply::Kind::list || reply.list.size() != policies + 1) return std::nullopt;
  limits::Verdict verdict;
  for (std::size_t i = 0; i < reply.list.size(); ++i) {
    if (reply.list[i].kind != RedisReply::Kind::integer) return std::nullopt;
    if (i == 0) {
      verdict.allowed = reply.list[i].integer == 1;
    } else {
      verdict.levels.at(i - 1) = Ticks{reply.list[i].integer};
    }
  }
  return verdict;
}

}  // namespace curt::cache
