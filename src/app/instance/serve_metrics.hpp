#pragma once

#include "curt/api/api_service.hpp"
#include "curt/api/services.hpp"
#include "curt/app/settings/settings.hpp"
#include "curt/base/metrics.hpp"
#include "curt/http/server.hpp"
#include "curt/http/server_metrics.hpp"

#include "app/instance/serve_api.hpp"

namespace curt::app {

/// The listener of `curt serve` for /metrics and the whole /health alone. Its own requests are not counted.
/// The settings and the API must outlive it.
struct ServeMetrics {
  ServeMetrics(const Settings& settings, const ServeApi& api);
  ServeMetrics(const ServeMetrics&) = delete;
  ServeMetrics& operator=(const ServeMetrics&) = delete;

  const api::ApiOptions options;
  const api::Services services;
  api::MetricsService service;
  Metrics unshown;
  const http::ServerMetrics server_metrics;
  http::Server server;
};

}  // namespace curt::app
