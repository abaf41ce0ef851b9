#include "curt/api/handlers.hpp"

namespace curt::api {

bool get_metrics(const Services& services, http::Exchange& exchange) {
  http::Response& response = exchange.response;
  response.set_content_type("text/plain; version=0.0.4; charset=utf-8");
  response.add_header("Cache-Control", "no-store");
  response.set_body(services.metrics.to_text());
  return true;
}

}  // namespace curt::api
