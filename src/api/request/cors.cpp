#include "api/request/cors.hpp"

#include <algorithm>

namespace curt::api {

void add_cors_headers(const std::vector<std::string>& allowed, std::string_view methods,
                      http::Exchange& exchange) {
  const http::Request& request = exchange.request;
  if (allowed.empty()) return;
  http::Response& response = exchange.response;
  const bool any = std::find(allowed.begin(), allowed.end(), "*") != allowed.end();
  if (!any) {
    // Also where no Origin came: a cache would give that answer to a script, without what it needs to see it.
    response.add_header("Vary", "Origin");
    if (std::find(allowed.begin(), allowed.end(), request.origin) == allowed.end()) return;
  }
  response.add_header("Access-Control-Allow-Origin", any ? std::string_view{"*"} : request.origin);
  response.add_header(
      "Access-Control-Expose-Headers",
      "ETag, Location, RateLimit, RateLimit-Policy, Retry-After, WWW-Authenticate, X-Request-Id");
  if (request.method == http::Method::options && !request.requested_method.empty()) {
    response.add_header("Access-Control-Allow-Methods", methods);
    response.add_header("Access-Control-Allow-Headers",
                        "Authorization, Content-Type, Idempotency-Key, If-Match, X-Api-Key, X-Request-Id");
    response.add_header("Access-Control-Max-Age", "86400");
  }
}

}  // namespace curt::api
