#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "curt/base/timestamp.hpp"
#include "curt/cache/redis/protocol/redis_command.hpp"
#include "curt/links/link_cache.hpp"

namespace curt::cache {

// The changes of a link's key are Lua scripts, so that each happens as one. `verb` is evalsha, which a server
// that does not know the script refuses with NOSCRIPT, or eval, which takes the whole text along.

/// When a link's value is set: a repeat must not bring back what was forgotten since.
enum class Put { always, over_an_older_one };

/// Sets a link's value unless a newer version is there, and publishes the message if it is not empty. Answers
/// 1 if the value is there now, 0 if a newer one is, -1 if the server took none; then the key is deleted, so
/// that no older one stays.
[[nodiscard]] RedisCommand put_command(RedisVerb verb, const ShortCode& code, const links::CacheEntry& entry,
                                       std::chrono::milliseconds ttl, Timestamp now, std::string_view message,
                                       Put put = Put::always);

/// Deletes a link's value and publishes the message. Answers how many keys there were.
[[nodiscard]] RedisCommand forget_command(RedisVerb verb, const ShortCode& code, std::string_view message);

/// What is published of a change.
[[nodiscard]] std::string make_message(const ShortCode& code, std::int64_t version);

}  // namespace curt::cache
