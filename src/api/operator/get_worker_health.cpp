#include <nlohmann/json.hpp>

#include "api/handlers.hpp"
#include "api/operator/health_report.hpp"

namespace curt::api {
namespace {

using Json = nlohmann::ordered_json;

/// Whether the database has not been asked yet: the worker's one connection is at work.
bool is_busy(const Error& error) noexcept {
  return error.code == ErrorCode::deadline_exceeded || error.code == ErrorCode::overloaded;
}

Json describe(const Reachability::State& stream) {
  Json shown{{"status", stream.up ? "up" : "down"}, {"kind", "redis"}, {"since", to_rfc3339(stream.since)}};
  // The log names the exact cause to the operator: a health check must not reveal names of hosts.
  if (!stream.up) shown["error"] = "the stream cannot be reached";
  return shown;
}

}  // namespace

awaitable<void> get_health(const WorkerServices& services, http::Exchange& exchange) {
  const Ping ping = co_await api::ping(services.store, exchange.call);
  const Reachability::State stream = services.stream();
  const bool busy = !ping.answer && is_busy(ping.answer.error());
  const bool answers = ping.answer || (busy && services.database().up);
  const bool database_up = answers && services.database_writes().up;

  Json database{{"status", database_up ? "up" : "down"}, {"kind", services.store.kind()}, {"busy", busy}};
  if (ping.answer) database["latency_ms"] = ping.latency.count();
  if (!answers) {
    database["error"] = ping.answer.error().detail;
  } else if (!database_up) {
    database["error"] = kTakesNoWrites;
  }
  // A worker takes visits from the stream to the database: without either, or writes, it does nothing.
  HealthReport report;
  report.status = database_up && stream.up ? "up" : "down";
  report.started_at = services.started_at;
  report.components = Json{{"database", std::move(database)}, {"stream", describe(stream)}};
  answer_health(report, services.clock, exchange);
}

}  // namespace curt::api
