#include "curt/api/operator/worker_service.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include <nlohmann/json.hpp>

#include "api/answers.hpp"
#include "api/problems.hpp"

namespace curt::api {
namespace {

using http::Admission;
using http::Method;
using Json = nlohmann::ordered_json;

// As they stand in route_names(); the others there only tell that the process lives.
constexpr http::RouteId kMetrics = 1;
constexpr http::RouteId kHealth = 2;

/// Health checks wait no longer than this.
constexpr std::chrono::seconds kHealthLimit{1};

/// Whether nobody has asked the database yet: the worker's one connection is at work.
bool is_busy(const Error& error) noexcept {
  return error.code == ErrorCode::deadline_exceeded || error.code == ErrorCode::overloaded;
}

Admission refuse(http::Exchange& exchange, const http::Problem& problem) {
  answer_problem(problem, exchange);
  return Admission::answer;
}

}  // namespace

WorkerService::WorkerService(links::LinkStore& store, State database, State stream, const Metrics& metrics,
                             const Clock& clock)
    : store_(store),
      database_(std::move(database)),
      stream_(std::move(stream)),
      metrics_(metrics),
      clock_(clock),
      started_at_(clock.now()),
      names_{"none", "/metrics", "/health", "/health/live", "/health/ready"} {}

Admission WorkerService::admit(http::Exchange& exchange) {
  const http::Request& request = exchange.request;
  const auto path = std::find(names_.begin() + 1, names_.end(), request.path);
  if (path == names_.end()) {
    return refuse(exchange, {404, "not_found", "A worker has /metrics and /health; links are elsewhere."});
  }
  exchange.route = static_cast<http::RouteId>(path - names_.begin());
  if (request.method != Method::get && request.method != Method::head) {
    exchange.response.add_header("Allow", "GET, HEAD");
    return refuse(exchange, {405, "method_not_allowed", "This path does not take this method; see Allow."});
  }
  if (exchange.route == kHealth) exchange.time_limit = kHealthLimit;
  return Admission::admit;
}

bool WorkerService::answer_now(http::Exchange& exchange) {
  if (exchange.route == kHealth) return false;
  if (exchange.route == kMetrics) {
    answer_metrics(metrics_, exchange);
  } else {
    answer_json(200, R"({"status":"up"})", exchange);
  }
  return true;
}

awaitable<void> WorkerService::answer(http::Exchange& exchange) {
  const auto asked_at = std::chrono::steady_clock::now();
  const result<void> ping = co_await store_.ping(exchange.call);
  const std::chrono::duration<double, std::milli> latency = std::chrono::steady_clock::now() - asked_at;
  const Reachability::State stream = stream_();

  const bool busy = !ping && is_busy(ping.error());
  const bool database_up = ping || (busy && database_().up);
  Json database{{"status", database_up ? "up" : "down"}, {"kind", store_.kind()}, {"busy", busy}};
  if (ping) database["latency_ms"] = latency.count();
  if (!database_up) database["error"] = ping.error().detail;
  Json queue{{"status", stream.up ? "up" : "down"}, {"kind", "redis"}, {"since", to_rfc3339(stream.since)}};
  // What exactly is for the operator, in the log: names of hosts are nobody else's business.
  if (!stream.up) queue["error"] = "the stream cannot be reached";
  // It takes visits from the one to the other: with either away it does nothing.
  const bool up = database_up && stream.up;
  const auto uptime = std::chrono::floor<std::chrono::seconds>(clock_.now() - started_at_);
  const Json health{{"status", up ? "up" : "down"},
                    {"version", CURT_VERSION},
                    {"uptime_seconds", uptime.count()},
                    {"components", Json{{"database", std::move(database)}, {"stream", std::move(queue)}}}};
  if (!up) exchange.response.add_header("Retry-After", "1");
  answer_json(up ? 200 : 503, health.dump(), exchange);
}

}  // namespace curt::api
