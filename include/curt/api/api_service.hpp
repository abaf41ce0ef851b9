#pragma once

#include "curt/api/routed_service.hpp"

namespace curt::api {

/// The whole API of `curt serve`. Thread-safe.
class ApiService final : public RoutedService<Services> {
 public:
  explicit ApiService(const Services& services);
};

/// What `curt worker` shows of itself over HTTP: /metrics, /health, /health/live and /health/ready, by GET
/// and HEAD. Thread-safe.
class WorkerService final : public RoutedService<WorkerServices> {
 public:
  explicit WorkerService(const WorkerServices& services);
};

}  // namespace curt::api
