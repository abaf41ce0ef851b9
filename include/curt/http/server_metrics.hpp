#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "curt/base/metrics.hpp"
#include "curt/http/request.hpp"
#include "curt/http/service.hpp"

namespace curt::http {

/// What the server counts. Thread-safe, as its handles are.
class ServerMetrics {
 public:
  ServerMetrics(Metrics& metrics, const std::vector<std::string>& route_names);

  /// One request was answered.
  void answered(RouteId route, Method method, unsigned status, std::chrono::nanoseconds time,
                std::uint32_t statements) const noexcept;

  Gauge in_flight;
  Gauge connections;
  Counter accepted;
  Counter refused;  ///< connections beyond the cap
  Counter timed_out;

  Gauge waiting;       ///< requests whose answer is being waited for
  Gauge body_bytes;    ///< bodies of requests that are not answered yet
  Gauge unsent_bytes;  ///< answers that clients do not take

  // What found a bound reached.
  Counter too_many_requests;
  Counter too_many_bodies;
  Counter too_much_unsent;

 private:
  struct Route {
    std::vector<Counter> requests;      ///< by method and status
    std::vector<Histogram> duration;    ///< one; a vector because a handle has no empty state
    std::vector<Histogram> statements;  ///< likewise
  };
  std::vector<Route> routes_;
};

}  // namespace curt::http
