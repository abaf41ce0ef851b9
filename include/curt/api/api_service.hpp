#pragma once

#include "curt/api/routed_service.hpp"

namespace curt::api {

/// The whole API of `curt serve`. Thread-safe.
class ApiService final : public RoutedService<Services> {
 public:
  ApiService(const Services& services, Metrics& metrics);
};

/// What `curt serve` shows on a listener for metrics and health alone: /metrics, the whole /health,
/// /health/live and /health/ready, by GET and HEAD, to all who reach it. `services.options` are those of this
/// listener, as far as strangers go. Thread-safe.
class MetricsService final : public RoutedService<Services> {
 public:
  explicit MetricsService(const Services& services);
};

/// What `curt worker` shows of itself over HTTP: /metrics, /health, /health/live and /health/ready, by GET
/// and HEAD. Thread-safe.
class WorkerService final : public RoutedService<WorkerServices> {
 public:
  explicit WorkerService(const WorkerServices& services);
};

}  // namespace curt::api
