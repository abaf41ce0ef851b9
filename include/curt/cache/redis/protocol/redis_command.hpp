#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>

namespace curt::cache {

/// The commands that we send, as metrics name them.
enum class RedisVerb : std::uint8_t { get, evalsha, eval, other };

/// The verb's word in metrics, and in the protocol unless it is `other`.
[[nodiscard]] std::string_view name_of(RedisVerb verb) noexcept;

/// One command, ready to be sent. All that we send may be repeated without harm.
struct RedisCommand {
  RedisVerb verb = RedisVerb::other;
  std::string bytes;
};

/// Encodes a command from all of its words, the verb's own first. Every word may hold any bytes.
[[nodiscard]] RedisCommand make_command(RedisVerb verb, std::initializer_list<std::string_view> words);
[[nodiscard]] RedisCommand make_command(RedisVerb verb, std::span<const std::string_view> words);

}  // namespace curt::cache
