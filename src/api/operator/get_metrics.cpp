#include "api/handlers.hpp"

namespace curt::api {
namespace {

/// Answers with the metrics in the text format of Prometheus.
bool answer_metrics(const Metrics& metrics, http::Exchange& exchange) {
  http::Response& response = exchange.response;
  response.set_content_type("text/plain; version=0.0.4; charset=utf-8");
  response.add_header("Cache-Control", "no-store");
  response.set_body(metrics.to_text());
  return true;
}

}  // namespace

bool get_metrics(const Services& services, http::Exchange& exchange) {
  return answer_metrics(services.metrics, exchange);
}

bool get_metrics(const WorkerServices& services, http::Exchange& exchange) {
  return answer_metrics(services.metrics, exchange);
}

}  // namespace curt::api
