#include "api/operator/health_report.hpp"

#include <utility>

#include "curt/http/retry_after.hpp"

#include "api/answers.hpp"

namespace curt::api {

awaitable<Ping> ping(links::LinkStore& store, Call& call) {
  const auto asked_at = std::chrono::steady_clock::now();
  result<void> answer = co_await store.ping(call);
  Ping done{std::move(answer), std::chrono::steady_clock::now() - asked_at};
  co_return done;
}

void answer_health(const HealthReport& report, const Clock& clock, http::Exchange& exchange) {
  const bool down = report.status == "down";
  const auto uptime = std::chrono::floor<std::chrono::seconds>(clock.now() - report.started_at);
  const nlohmann::ordered_json health{{"status", report.status},
                                      {"version", CURT_VERSION},
                                      {"uptime_seconds", uptime.count()},
                                      {"components", report.components}};
  if (down) http::add_retry_after(1, exchange.response);
  answer_json(down ? 503 : 200, health.dump(), exchange);
}

}  // namespace curt::api
