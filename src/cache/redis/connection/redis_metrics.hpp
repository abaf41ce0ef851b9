#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "curt/base/metrics.hpp"
#include "curt/cache/redis/protocol/redis_command.hpp"

namespace curt::cache {

/// How a command ended.
enum class CommandResult : std::uint8_t {
  ok,
  error,        ///< the server refused it
  timeout,      ///< no answer by the deadline
  unreachable,  ///< there was no connection, or it broke, or too many commands were waiting
  left_alone,   ///< not asked: the circuit breaker is open
};

/// What is counted of Redis's connections.
class RedisMetrics {
 public:
  RedisMetrics(Metrics& metrics, const std::string& client);

  void ended(RedisVerb verb, CommandResult how) const noexcept {
    commands_[static_cast<std::size_t>(verb)][static_cast<std::size_t>(how)].add();
  }

 private:
  static constexpr std::size_t kVerbs = static_cast<std::size_t>(RedisVerb::other) + 1;
  static constexpr std::size_t kResults = static_cast<std::size_t>(CommandResult::left_alone) + 1;
  using Results = std::array<Counter, kResults>;

  static Results results_of(RedisVerb verb, Metrics& metrics, const std::string& client);

  std::array<Results, kVerbs> commands_;

 public:
  Histogram seconds;   ///< from the asking to the answer
  Gauge in_flight;     ///< commands without an answer yet
  Counter reconnects;  ///< attempts behind the first of each connection
  Counter retries;     ///< commands that were sent once more
  Counter messages;    ///< heard on the subscription
};

}  // namespace curt::cache
