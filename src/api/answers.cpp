#include "api/answers.hpp"

#include <utility>

namespace curt::api {

void answer_json(unsigned status, std::string json, http::Exchange& exchange) {
  http::Response& response = exchange.response;
  response.set_status(status);
  response.set_content_type("application/json");
  response.add_header("Cache-Control", "no-store");
  json += '\n';
  response.set_body(std::move(json));
}

}  // namespace curt::api
