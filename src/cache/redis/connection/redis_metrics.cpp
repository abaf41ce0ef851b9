#include "cache/redis/connection/redis_metrics.hpp"

namespace curt::cache {

RedisMetrics::Results RedisMetrics::results_of(RedisVerb verb, Metrics& metrics, const std::string& client) {
  const auto result = [&](const char* how) {
    // What never happens on this instance need not be shown.
    const ShowZero zero = verb == RedisVerb::get ? ShowZero::yes : ShowZero::no;
    return metrics.counter("curt_redis_commands_total", "Commands for Redis, by how they ended.",
                           {{"command", std::string{name_of(verb)}}, {"result", how}, {"client", client}},
                           zero);
  };
  return {result("ok"), result("error"), result("timeout"), result("unreachable"), result("left_alone")};
}

RedisMetrics::RedisMetrics(Metrics& metrics, const std::string& client)
    : commands_{results_of(RedisVerb::get, metrics, client), results_of(RedisVerb::evalsha, metrics, client),
                results_of(RedisVerb::eval, metrics, client), results_of(RedisVerb::other, metrics, client)},
      seconds(metrics.histogram("curt_redis_command_seconds", "Time from a command for Redis to its answer.",
                                duration_buckets(), {{"client", client}})),
      in_flight(metrics.gauge("curt_redis_in_flight", "Commands that Redis has not answered yet.",
                              {{"client", client}})),
      reconnects(metrics.counter("curt_redis_reconnects_total",
                                 "Attempts to connect to Redis again, all connections together.",
                                 {{"client", client}})),
      retries(metrics.counter("curt_redis_retries_total",
                              "Commands that were asked again, as their connection broke or was not there.",
                              {{"client", client}})),
      messages(metrics.counter("curt_redis_messages_total", "Messages heard on the subscription.",
                               {{"client", client}})) {}

}  // namespace curt::cache
