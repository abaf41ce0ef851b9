#include "cache/redis/visits/visit_stream_commands.hpp"

#include <initializer_list>
#include <vector>

#include <fmt/format.h>

#include "curt/cache/redis/visits/redis_visit_stream.hpp"

namespace curt::cache {
namespace {

using Words = std::vector<std::string_view>;

/// ARGV: group, worker, idle time in ms, limit. XAUTOCLAIM would tell neither deliveries nor, before Redis 7,
/// which entries are gone.
constexpr std::string_view kClaim = R"lua(
local entries = {}
local pending = redis.call('XPENDING', KEYS[1], ARGV[1], 'IDLE', ARGV[3], '-', '+', ARGV[4])
for _, known in ipairs(pending) do
  local claimed = redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, known[1])
  if claimed[1] then
    entries[#entries + 1] = {known[1], claimed[1][2], known[4] + 1}
  else
    redis.call('XACK', KEYS[1], ARGV[1], known[1])
  end
end
return entries
)lua";

/// ARGV: entries. Spares the way of their contents.
constexpr std::string_view kPresent = R"lua(
local there = {}
for i, entry in ipairs(ARGV) do
  there[i] = #redis.call('XRANGE', KEYS[1], entry, entry)
end
return there
)lua";

/// ARGV: group, entries.
constexpr std::string_view kFinish = R"lua(
redis.call('XACK', KEYS[1], unpack(ARGV))
return redis.call('XDEL', KEYS[1], unpack(ARGV, 2))
)lua";

/// ARGV: group, entry, most buried, fields. A server without memory refuses at the first step.
constexpr std::string_view kBury = R"lua(
if #redis.call('XRANGE', KEYS[1], ARGV[2], ARGV[2]) == 1 then
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[3], '*', unpack(ARGV, 4))
end
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
return redis.call('XDEL', KEYS[1], ARGV[2])
)lua";

/// ARGV: group, idle time in ms, name or none for all. What is pending for a consumer would be lost with it.
/// There may be no stream or no group.
constexpr std::string_view kForget = R"lua(
local consumers = redis.pcall('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])
if consumers.err then return 0 end
local forgotten = 0
for _, fields in ipairs(consumers) do
  local consumer = {}
  for i = 1, #fields, 2 do consumer[fields[i]] = fields[i + 1] end
  local meant = not ARGV[3] or consumer.name == ARGV[3]
  if meant and consumer.pending == 0 and consumer.idle >= tonumber(ARGV[2]) then
    redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer.name)
    forgotten = forgotten + 1
  end
end
return forgotten
)lua";

/// A user or a provider may forbid MEMORY and INFO. Of a thousand nodes of the stream, since the few that
/// Redis would look at may be of another size than the rest; more would take it long (0.2 ms for 10,000).
constexpr std::string_view kLength = R"lua(
local entries = redis.call('XLEN', KEYS[1])
local bytes = redis.pcall('MEMORY', 'USAGE', KEYS[1], 'SAMPLES', '1000') or 0
if type(bytes) ~= 'number' then bytes = -1 end
local memory = redis.pcall('INFO', 'memory')
local limit = type(memory) == 'string' and tonumber(string.match(memory, '[\r\n]maxmemory:(%d+)'))
return {entries, bytes, limit or -1}
)lua";

/// ARGV: group, which may not be there.
constexpr std::string_view kLag = R"lua(
local pending = redis.pcall('XPENDING', KEYS[1], ARGV[1])
return {redis.call('XLEN', KEYS[1]), pending.err and 0 or pending[1], redis.call('XLEN', KEYS[2])}
)lua";

constexpr std::string_view kStream = RedisVisitStream::kStream;
constexpr std::string_view kGroup = RedisVisitStream::kGroup;
constexpr std::string_view kDead = RedisVisitStream::kDead;

RedisCommand other(std::initializer_list<std::string_view> words) {
  return make_command(RedisVerb::other, words);
}

RedisCommand script(std::string_view text, const Words& arguments) {
  Words words{"EVAL", text, "2", kStream, kDead};
  words.insert(words.end(), arguments.begin(), arguments.end());
  return make_command(RedisVerb::eval, words);
}

}  // namespace

RedisCommand append_command(const visits::EncodedBatch& batch) {
  if (batch.encoded_details.empty()) return other({"XADD", kStream, "*", "c", batch.encoded_counts});
  return other({"XADD", kStream, "*", "c", batch.encoded_counts, "d", batch.encoded_details});
}

RedisCommand make_group_command() { return other({"XGROUP", "CREATE", kStream, kGroup, "0", "MKSTREAM"}); }

RedisCommand claim_command(std::string_view worker, std::size_t limit,
                           std::chrono::milliseconds abandoned_after) {
  const std::string idle = fmt::to_string(abandoned_after.count());
  const std::string most = fmt::to_string(limit);
  return script(kClaim, {kGroup, worker, idle, most});
}

RedisCommand read_command(std::string_view worker, std::size_t limit) {
  const std::string most = fmt::to_string(limit);
  return other({"XREADGROUP", "GROUP", kGroup, worker, "COUNT", most, "STREAMS", kStream, ">"});
}

RedisCommand present_command(std::span<const std::string> entries) {
  return script(kPresent, {entries.begin(), entries.end()});
}

RedisCommand finish_command(std::span<const std::string> entries) {
  Words arguments{kGroup};
  arguments.insert(arguments.end(), entries.begin(), entries.end());
  return script(kFinish, arguments);
}

RedisCommand bury_command(const visits::StreamEntry& entry, std::string_view reason) {
  const std::string most = fmt::to_string(RedisVisitStream::kMostDead);
  const std::string deliveries = fmt::to_string(entry.deliveries);
  return script(kBury, {kGroup, entry.entry, most, "reason", reason, "entry", entry.entry, "deliveries",
                        deliveries, "c", entry.encoded_counts, "d", entry.encoded_details});
}

RedisCommand leave_command(std::string_view worker) { return script(kForget, {kGroup, "0", worker}); }

RedisCommand forget_idle_command(std::chrono::milliseconds idle) {
  const std::string least = fmt::to_string(idle.count());
  return script(kForget, {kGroup, least});
}

RedisCommand length_command() { return script(kLength, {}); }

RedisCommand lag_command() { return script(kLag, {kGroup}); }

}  // namespace curt::cache
