#pragma once

#include <chrono>
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

/// What became of an attempt to open a socket.
struct Opening {
  std::string problem;  ///< empty if it can be used, else why not, without a secret
  std::chrono::steady_clock::duration greeted_in{};  ///< how long the server took to answer the greeting
};

/// Connects the socket to the context's server and greets it, within this time. Where there is a problem the
/// socket is closed.
awaitable<Opening> open_socket(RedisSocket& socket, RedisContext& context, RedisReplyReader& reader,
                               std::chrono::milliseconds within);

}  // namespace curt::cache
