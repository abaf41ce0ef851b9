#include "cache/redis/links/link_scripts.hpp"

#include <array>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "curt/cache/redis/links/redis_link_cache.hpp"

#include "cache/redis/links/link_value.hpp"

namespace curt::cache {
namespace {

/// A Lua script and the name under which a server remembers it (EVALSHA).
struct RedisScript {
  std::string_view text;
  std::string sha1;
};

// The message goes out even where the value does not get in: others forget what they know, which never harms.
// 19 digits are the longest version there can be.
/// KEYS: the link's; ARGV: version, value, time to live in ms, and to announce it channel and message; a
/// sixth, if only an older value is to be replaced.
constexpr std::string_view kPut = R"lua(
if ARGV[4] then redis.call('PUBLISH', ARGV[4], ARGV[5]) end
local known = tonumber(string.match(redis.call('GETRANGE', KEYS[1], 0, 19), '^(%d+) '))
if known and known > tonumber(ARGV[1]) then return 0 end
if ARGV[6] and not known then return 0 end
local set = redis.pcall('SET', KEYS[1], ARGV[2], 'PX', ARGV[3])
if set.err then
  redis.call('DEL', KEYS[1])
  return -1
end
return 1
)lua";

/// KEYS: the link's; ARGV: channel and message.
constexpr std::string_view kForget = R"lua(
redis.call('PUBLISH', ARGV[1], ARGV[2])
return redis.call('DEL', KEYS[1])
)lua";

RedisScript make_script(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  RedisScript script{text, {}};
  for (unsigned i = 0; i < size; ++i) script.sha1 += fmt::format("{:02x}", digest[i]);
  return script;
}

const RedisScript& put_script() {
  static const RedisScript script = make_script(kPut);
  return script;
}

const RedisScript& forget_script() {
  static const RedisScript script = make_script(kForget);
  return script;
}

/// By its name only where the server is expected to remember it.
std::string_view text_of(const RedisScript& script, RedisVerb verb) {
  return verb == RedisVerb::evalsha ? std::string_view{script.sha1} : script.text;
}

}  // namespace

std::string make_message(const ShortCode& code, std::int64_t version) {
  return fmt::format("{} {}", code.view(), version);
}

RedisCommand put_command(RedisVerb verb, const ShortCode& code, const links::CacheEntry& entry,
                         std::chrono::milliseconds ttl, Timestamp now, std::string_view message, Put put) {
  const std::string_view script = text_of(put_script(), verb);
  const std::string key = link_key(code);
  const std::string version = fmt::to_string(entry.version);
  const std::string value = encode_link_value(entry, now);
  const std::string time = fmt::to_string(ttl.count());
  if (message.empty()) return make_command(verb, {name_of(verb), script, "1", key, version, value, time});
  constexpr std::string_view kChannel = RedisLinkCache::kChannel;
  if (put == Put::always) {
    return make_command(verb, {name_of(verb), script, "1", key, version, value, time, kChannel, message});
  }
  return make_command(verb,
                      {name_of(verb), script, "1", key, version, value, time, kChannel, message, "older"});
}

RedisCommand forget_command(RedisVerb verb, const ShortCode& code, std::string_view message) {
  return make_command(verb, {name_of(verb), text_of(forget_script(), verb), "1", link_key(code),
                             RedisLinkCache::kChannel, message});
}

}  // namespace curt::cache
