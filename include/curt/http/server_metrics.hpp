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

 private:
  struct Route {
    std::vector<Counter> requests;      ///< by method and status
    std::vector<Histogram> duration;    ///< one; a vector because a handle has no empty state
    std::vector<Histogram> statements;  ///< likewise
  };
  std::vector<Route> routes_;
};

}  // namespace curt::http
