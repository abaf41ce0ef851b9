#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "curt/cache/redis/protocol/redis_command.hpp"

namespace curt::cache {

/// A Lua script and the name under which a server remembers it (EVALSHA).
struct RedisScript {
  std::string_view text;
  std::string sha1;
};

[[nodiscard]] RedisScript make_script(std::string_view text);

/// Runs the script: by its name with evalsha, which a server that does not know it refuses with NOSCRIPT, or
/// with eval by its whole text. `texts` are the keys and what follows them.
[[nodiscard]] RedisCommand script_command(RedisVerb verb, const RedisScript& script, std::size_t keys,
                                          std::span<const std::string> texts);

}  // namespace curt::cache
