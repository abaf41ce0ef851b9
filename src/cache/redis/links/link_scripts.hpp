#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "curt/cache/redis/protocol/redis_command.hpp"
#include "curt/domain/short_code.hpp"

namespace curt::cache {

// The changes of links' keys are Lua scripts, so that each happens as one. `verb` is evalsha, which a server
// that does not know the script refuses with NOSCRIPT, or eval, which takes the whole text along. No key is
// ever deleted: a reading that began before finds a version to lose against.

/// What a key is set to.
struct LinkPut {
  ShortCode code;
  std::int64_t version = 0;
  std::string value;
  std::chrono::milliseconds ttl{};
};

/// Whether every instance is told.
enum class Publish {
  nothing,
  first,     ///< even if the server then refuses the values
  once_set,  ///< only if the server took the values
};

/// Sets the links' values, unless newer versions are there. Answers how many are there now as they were
/// given, or an error if the server took none or not all.
[[nodiscard]] RedisCommand put_command(RedisVerb verb, std::span<const LinkPut> links, Publish publish);

/// Sets these keys to what says that nothing is known but the version, for a time. Answers how many there
/// were.
[[nodiscard]] RedisCommand forget_command(RedisVerb verb, std::span<const std::string> keys,
                                          std::chrono::milliseconds ttl);

/// What is published of a change.
[[nodiscard]] std::string make_message(const ShortCode& code, std::int64_t version);

}  // namespace curt::cache
