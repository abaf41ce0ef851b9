#include "curt/api/api_service.hpp"

namespace curt::api {

ApiService::ApiService(const Services& services, Metrics& metrics)
    : RoutedService(routes(), services, WebPages::may_ask, "There is nothing at this path.",
                    KeyCheck{services.keys, services.clock, services.limits, metrics}, &services.limits) {}

MetricsService::MetricsService(const Services& services)
    : RoutedService(metrics_routes(), services, WebPages::are_ignored,
                    "Only /metrics and /health are here; links are elsewhere.", std::nullopt, nullptr) {}

WorkerService::WorkerService(const WorkerServices& services)
    : RoutedService(worker_routes(), services, WebPages::are_ignored,
                    "A worker has /metrics and /health; links are elsewhere.", std::nullopt, nullptr) {}

}  // namespace curt::api
