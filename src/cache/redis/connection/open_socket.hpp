#pragma once

#include <string>
#include <vector>

#include "cache/redis/connection/redis_context.hpp"
#include "cache/redis/connection/redis_socket.hpp"

namespace curt::cache {

/// What is said to a server first: who we are and which database we want, and whether it answers.
struct Greeting {
  std::string bytes;
  std::vector<std::string> words;  ///< of each command, in their order; without arguments
};

[[nodiscard]] Greeting make_greeting(const RedisAddress& address);

/// Why the server's answer to this command of a greeting will not do; empty if it will. Shows nothing of what
/// the server wrote but its first word: it might repeat a secret.
[[nodiscard]] std::string objection_to(std::string_view word, const RedisReply& reply);

/// Connects the socket to the context's server, within its connect timeout, and greets it. Empty if it can be
/// used, else why not, without a secret; then the socket is closed.
awaitable<std::string> open_socket(RedisSocket& socket, RedisContext& context, RedisReplyReader& reader);

}  // namespace curt::cache
