#pragma once

#include <string>

#include "curt/base/metrics.hpp"
#include "curt/http/service.hpp"

namespace curt::api {

/// Answers with JSON text that must not be cached.
void answer_json(unsigned status, std::string json, http::Exchange& exchange);

/// Answers with the metrics as Prometheus reads them, which must not be cached either.
void answer_metrics(const Metrics& metrics, http::Exchange& exchange);

}  // namespace curt::api
