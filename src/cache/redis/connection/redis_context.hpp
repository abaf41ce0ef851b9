#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

#include <boost/asio/ssl/context.hpp>

#include "curt/cache/redis/connection/redis_client.hpp"

#include "cache/redis/connection/address_lookup.hpp"
#include "cache/redis/connection/host_lookup.hpp"
#include "cache/redis/connection/redis_health.hpp"
#include "cache/redis/connection/redis_metrics.hpp"

namespace curt::cache {

/// Before a connection is made again that was lost, or could not be made.
inline constexpr std::chrono::milliseconds kFirstPause{50};
inline constexpr std::chrono::milliseconds kLongestPause{1'000};

/// What the client's server is called in logs and metrics.
[[nodiscard]] inline std::string dependency_name(const RedisOptions& options) {
  return options.name == "cache" ? "redis" : "redis_" + options.name;
}

/// What all connections of a client share. Lives as long as the last of them.
struct RedisContext {
  RedisContext(RedisOptions given, Metrics& registry, const Clock& time)
      : options(std::move(given)),
        clock(time),
        metrics(registry, options.name),
        health(dependency_name(options), options.timeout, time, registry) {}

  const RedisOptions options;
  const Clock& clock;
  RedisMetrics metrics;
  RedisHealth health;
  AddressLookup address_lookup;
  HostLookup lookup;
  net::ssl::context tls{net::ssl::context::tls_client};
  RedisObserver* observer = nullptr;  ///< null if nobody observes
  std::string channel;
  std::atomic<std::uint64_t> connects{0};  ///< connections for commands that were made
  std::atomic<int> unanswered{0};          ///< commands without an answer, and cores without their connection
  std::atomic<bool> subscribed{false};
  std::atomic<bool> stopped{false};
};

}  // namespace curt::cache
