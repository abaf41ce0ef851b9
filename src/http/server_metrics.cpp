#include "curt/http/server_metrics.hpp"

#include <algorithm>
#include <array>

namespace curt::http {
namespace {

/// The statuses that curt answers with; anything else is counted under the last.
constexpr std::array<unsigned, 29> kStatuses{200, 201, 204, 301, 302, 304, 307, 308, 400, 401,
                                             403, 404, 405, 408, 409, 410, 412, 413, 414, 415,
                                             417, 421, 422, 429, 431, 501, 503, 505, 500};

constexpr const char* kOverBound = "curt_http_over_bound_total";
constexpr const char* kOverBoundHelp =
    "Requests answered 503 at once, and connections that were cut, since a bound was reached.";

std::size_t index_of(unsigned status) noexcept {
  const auto* const found = std::find(kStatuses.begin(), kStatuses.end() - 1, status);
  return static_cast<std::size_t>(found - kStatuses.begin());
}

}  // namespace

ServerMetrics::ServerMetrics(Metrics& metrics, const std::vector<std::string>& route_names)
    : in_flight(metrics.gauge("curt_http_requests_in_flight", "Requests whose answer is not complete yet.")),
      connections(metrics.gauge("curt_http_connections", "Open client connections.")),
      accepted(metrics.counter("curt_http_connections_accepted_total", "Client connections accepted.")),
      refused(metrics.counter("curt_http_connections_refused_total",
                              "Client connections refused because max_connections were open.")),
      timed_out(metrics.counter("curt_http_connections_timed_out_total",
                                "Client connections ended by the head, body, write or idle time-out.")),
      waiting(metrics.gauge("curt_http_requests_waiting", "Requests whose answer is being waited for.")),
      body_bytes(metrics.gauge("curt_http_body_bytes", "Bodies of requests that are not answered yet.")),
      unsent_bytes(metrics.gauge("curt_http_unsent_bytes", "Answers that clients do not take.")),
      too_many_requests(metrics.counter(kOverBound, kOverBoundHelp, {{"bound", "max_requests"}})),
      too_many_bodies(metrics.counter(kOverBound, kOverBoundHelp, {{"bound", "max_body_bytes"}})),
      too_much_unsent(metrics.counter(kOverBound, kOverBoundHelp, {{"bound", "max_unsent_bytes"}})) {
  for (const std::string& name : route_names) {
    Route route;
    for (std::size_t method = 0; method < kMethodCount; ++method) {
      for (const unsigned status : kStatuses) {
        route.requests.push_back(
            metrics.counter("curt_http_requests_total", "Requests answered.",
                            {{"route", name},
                             {"method", std::string{name_of(static_cast<Method>(method))}},
                             {"status", std::to_string(status)}},
                            ShowZero::no));
      }
    }
    route.duration.push_back(metrics.histogram("curt_http_request_duration_seconds",
                                               "Time from a request's complete head to its answer.",
                                               duration_buckets(), {{"route", name}}, ShowZero::no));
    route.statements.push_back(metrics.histogram("curt_http_request_statements",
                                                 "SQL statements that a request took.", count_buckets(),
                                                 {{"route", name}}, ShowZero::no));
    routes_.push_back(std::move(route));
  }
}

void ServerMetrics::answered(RouteId route, Method method, unsigned status, std::chrono::nanoseconds time,
                             std::uint32_t statements) const noexcept {
  const Route& counted = routes_[route];
  counted.requests[static_cast<std::size_t>(method) * kStatuses.size() + index_of(status)].add();
  counted.duration.front().observe(time);
  counted.statements.front().observe(std::uint64_t{statements});
}

}  // namespace curt::http
