#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "curt/base/async.hpp"
#include "curt/base/deadline.hpp"
#include "curt/cache/redis/connection/redis_client.hpp"

namespace curt::cache {

/// What a Redis server tells of itself, and of what is kept there.
struct RedisFacts {
  std::optional<std::chrono::microseconds> answered_in;  ///< PING, the slowest of a few; nothing: no answer

  // What INFO tells.
  bool tells = false;   ///< whether this user may ask
  std::string version;  ///< such as "7.0.15"
  bool is_replica = false;
  bool follows = false;          ///< a replica whose master is there
  std::uint64_t max_memory = 0;  ///< bytes; 0: no limit
  std::uint64_t used_memory = 0;
  std::string eviction;       ///< maxmemory-policy
  std::uint64_t evicted = 0;  ///< keys since its start
  bool has_append_file = false;

  /// Why it takes no writes now, as "READONLY the server is a replica"; empty: it does.
  std::string write_refusal;
  std::string script_refusal;   ///< why it runs no scripts; empty: it does
  std::string time_refusal;     ///< why it does not tell its time, which limits need; empty: it does
  std::string channel_refusal;  ///< why the channel cannot be subscribed to; empty: it can

  std::uint64_t waiting = 0;  ///< batches in the stream, taken by a worker or not
  std::uint64_t taken = 0;    ///< those that a worker has, and has not acknowledged
  std::uint64_t buried = 0;   ///< batches that were put aside
  std::size_t workers = 0;    ///< that asked for batches within the last minute
};

/// Asks, and changes nothing: that writes are taken it finds out by one that would write nothing. What is not
/// answered by the deadline is left as it is. The last question is a subscription, after which the client's
/// connection is of no use for commands.
[[nodiscard]] awaitable<RedisFacts> inspect_redis(RedisClient& client, Deadline deadline);

}  // namespace curt::cache
