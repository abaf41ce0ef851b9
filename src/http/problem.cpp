#include "curt/http/problem.hpp"

#include <boost/beast/http/status.hpp>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "curt/http/response.hpp"
#include "curt/http/retry_after.hpp"

namespace curt::http {

void write_problem(const Problem& problem, std::string_view request_id, Response& response) {
  nlohmann::ordered_json body{
      {"type", fmt::format("urn:curt:problem:{}", problem.code)},
      {"title", reason_phrase(problem.status)},
      {"status", problem.status},
      {"detail", problem.detail},
      {"code", problem.code},
      {"request_id", request_id},
  };
  for (const auto& [field, message] : problem.errors) {
    body["errors"].push_back({{"field", field}, {"message", message}});
  }
  response.set_status(problem.status);
  response.set_content_type("application/problem+json");
  response.add_header("Cache-Control", "no-store");
  if (problem.retry_after != 0) add_retry_after(problem.retry_after, response);
  response.set_body(body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + '\n');
}

std::string_view reason_phrase(unsigned status) noexcept {
  const auto phrase = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  return {phrase.data(), phrase.size()};
}

}  // namespace curt::http
