#include "curt/api/api_service.hpp"

namespace curt::api {

ApiService::ApiService(const Services& services)
    : RoutedService(routes(), services, WebPages::may_ask, "There is nothing at this path.") {}

WorkerService::WorkerService(const WorkerServices& services)
    : RoutedService(worker_routes(), services, WebPages::are_ignored,
                    "A worker has /metrics and /health; links are elsewhere.") {}

}  // namespace curt::api
