#include "cache/redis/links/link_scripts.hpp"

#include <fmt/format.h>

#include "curt/cache/redis/links/redis_link_cache.hpp"

#include "cache/redis/links/link_value.hpp"
#include "cache/redis/protocol/redis_script.hpp"

namespace curt::cache {
namespace {

// Messages that go out first are heard even where the values do not get in: others forget what they know,
// which never harms. A refused SET ends the script. A key of another type is replaced. 19 digits are the
// longest version there can be.
/// KEYS: the links'; ARGV: the channel, when to publish, then of each link version, value, time to live in ms
/// and message.
constexpr std::string_view kPut = R"lua(
local function publish()
  for i = 1, #KEYS do redis.call('PUBLISH', ARGV[1], ARGV[i * 4 + 2]) end
end
if ARGV[2] == 'first' then publish() end
local stored = 0
for i, key in ipairs(KEYS) do
  local at = i * 4 - 1
  local text = redis.pcall('GETRANGE', key, 0, 19)
  local known = type(text) == 'string' and tonumber(string.match(text, '^(%d+) '))
  if not known or known <= tonumber(ARGV[at]) then
    redis.call('SET', key, ARGV[at + 1], 'PX', ARGV[at + 2])
    stored = stored + 1
  end
end
if ARGV[2] == 'once_set' then publish() end
return stored
)lua";

/// KEYS: the links'; ARGV: the time to live in ms, and what follows the version.
constexpr std::string_view kForget = R"lua(
for _, key in ipairs(KEYS) do
  local known = redis.pcall('GETRANGE', key, 0, 19)
  local version = type(known) == 'string' and string.match(known, '^(%d+) ') or '0'
  redis.call('SET', key, version .. ARGV[2], 'PX', ARGV[1])
end
return #KEYS
)lua";

const RedisScript& put_script() {
  static const RedisScript script = make_script(kPut);
  return script;
}

const RedisScript& forget_script() {
  static const RedisScript script = make_script(kForget);
  return script;
}

/// As kPut has it.
std::string_view word_of(Publish publish) {
  if (publish == Publish::nothing) return "";
  return publish == Publish::first ? "first" : "once_set";
}

}  // namespace

std::string make_message(const ShortCode& code, std::int64_t version) {
  return fmt::format("{} {}", code.view(), version);
}

RedisCommand put_command(RedisVerb verb, std::span<const LinkPut> links, Publish publish) {
  std::vector<std::string> texts;
  texts.reserve(links.size() * 5 + 2);
  for (const LinkPut& link : links) texts.push_back(link_key(link.code));
  texts.emplace_back(RedisLinkCache::kChannel);
  texts.emplace_back(word_of(publish));
  for (const LinkPut& link : links) {
    texts.push_back(fmt::to_string(link.version));
    texts.push_back(link.value);
    texts.push_back(fmt::to_string(link.ttl.count()));
    texts.push_back(publish == Publish::nothing ? "" : make_message(link.code, link.version));
  }
  return script_command(verb, put_script(), links.size(), texts);
}

RedisCommand forget_command(RedisVerb verb, std::span<const std::string> keys,
                            std::chrono::milliseconds ttl) {
  std::vector<std::string> texts{keys.begin(), keys.end()};
  texts.push_back(fmt::to_string(ttl.count()));
  texts.emplace_back(kForgottenValue);
  return script_command(verb, forget_script(), keys.size(), texts);
}

}  // namespace curt::cache
