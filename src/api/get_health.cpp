#include <chrono>

#include <nlohmann/json.hpp>

#include "curt/api/handlers.hpp"

#include "answers.hpp"

namespace curt::api {
namespace {

void answer_status(unsigned status, std::string_view text, http::Exchange& exchange) {
  if (status == 503) exchange.response.add_header("Retry-After", "1");
  answer_json(status, nlohmann::json{{"status", text}}.dump(), exchange);
}

/// How the whole is doing: with the database away, codes in the cache are still served.
std::string_view overall(bool database_up, const links::LinkCache& cache) {
  if (database_up) return "up";
  return cache.size() > 0 ? "degraded" : "down";
}

}  // namespace

bool get_health_live(const Services&, http::Exchange& exchange) {
  answer_status(200, "up", exchange);
  return true;
}

bool get_health_ready(const Services& services, http::Exchange& exchange) {
  switch (services.life_stage.load(std::memory_order_relaxed)) {
    case LifeStage::starting:
      answer_status(503, "starting", exchange);
      break;
    case LifeStage::serving:
      answer_status(200, "up", exchange);
      break;
    case LifeStage::stopping:
      answer_status(503, "stopping", exchange);
      break;
  }
  return true;
}

awaitable<void> get_health(const Services& services, http::Exchange& exchange) {
  const auto asked_at = std::chrono::steady_clock::now();
  const result<void> ping = co_await services.store.ping(exchange.call);
  const std::chrono::duration<double, std::milli> latency = std::chrono::steady_clock::now() - asked_at;
  const bool up = ping.has_value();
  const Timestamp since = services.database_state.observe(up, services.clock.now());

  nlohmann::ordered_json database{
      {"status", up ? "up" : "down"}, {"kind", services.store.kind()}, {"since", to_rfc3339(since)}};
  if (up) database["latency_ms"] = latency.count();
  if (!up) database["error"] = ping.error().detail;
  const std::string_view status = overall(up, services.cache);
  const auto uptime = std::chrono::floor<std::chrono::seconds>(services.clock.now() - services.started_at);
  const nlohmann::ordered_json health{{"status", status},
                                      {"version", CURT_VERSION},
                                      {"uptime_seconds", uptime.count()},
                                      {"components", {{"database", std::move(database)}}}};
  if (status == "down") exchange.response.add_header("Retry-After", "1");
  answer_json(status == "down" ? 503 : 200, health.dump(), exchange);
}

}  // namespace curt::api
