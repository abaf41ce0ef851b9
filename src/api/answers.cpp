#include "answers.hpp"

#include <utility>

#include "curt/api/link_json.hpp"

#include "if_match.hpp"

namespace curt::api {

void answer_json(unsigned status, std::string json, http::Exchange& exchange) {
  http::Response& response = exchange.response;
  response.set_status(status);
  response.set_content_type("application/json");
  response.add_header("Cache-Control", "no-store");
  json += '\n';
  response.set_body(std::move(json));
}

void answer_metrics(const Metrics& metrics, http::Exchange& exchange) {
  http::Response& response = exchange.response;
  response.set_content_type("text/plain; version=0.0.4; charset=utf-8");
  response.add_header("Cache-Control", "no-store");
  response.set_body(metrics.to_text());
}

void answer_link(unsigned status, const Link& link, const std::optional<visits::VisitTotals>& visits,
                 const Services& services, http::Exchange& exchange) {
  add_etag(link.version, exchange.response);
  answer_json(status, to_json(link, services.options.base_url, visits), exchange);
}

}  // namespace curt::api
