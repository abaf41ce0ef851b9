#include "curt/api/api_service.hpp"

#include <algorithm>
#include <utility>

#include <boost/beast/core/string.hpp>

#include "api/problems.hpp"
#include "api/request/cors.hpp"
#include "api/request/own_host.hpp"

namespace curt::api {
namespace {

using http::Admission;
using http::Method;

/// The path's methods as an Allow header lists them.
std::string allowed_methods(std::string_view path) {
  std::string list;
  for (const Route& route : routes()) {
    if (route.path != path) continue;
    list.append(name_of(route.method)).append(", ");
    if (route.method == Method::get) list.append("HEAD, ");
  }
  return list + "OPTIONS";
}

/// Whether a Content-Type says JSON: application/json or any type with the suffix +json; none at all is taken
/// as JSON.
bool is_json(std::string_view content_type) noexcept {
  const std::string_view type = content_type.substr(0, content_type.find(';'));
  const std::size_t end = type.find_last_not_of(" \t");
  const std::string_view name = end == std::string_view::npos ? std::string_view{} : type.substr(0, end + 1);
  constexpr std::string_view kSuffix = "+json";
  return boost::beast::iequals(name, "application/json") ||
         (name.size() > kSuffix.size() &&
          boost::beast::iequals(name.substr(name.size() - kSuffix.size()), kSuffix));
}

/// Whether the route changes links or tells of them what only their owners should hear.
bool is_for_owners(const Route& route) noexcept {
  return route.path == "/shorten" || route.path.starts_with("/api/") || route.path.starts_with("/stats/");
}

Admission refuse(http::Exchange& exchange, const http::Problem& problem) {
  answer_problem(problem, exchange);
  return Admission::answer;
}

}  // namespace

ApiService::ApiService(const Services& services) : services_(services), names_(api::route_names()) {
  for (const Route& route : routes()) {
    const auto name = std::find(names_.begin(), names_.end(), route.path);
    path_ids_.push_back(static_cast<http::RouteId>(name - names_.begin()));
  }
}

ApiService::Match ApiService::find(const http::Request& request) const noexcept {
  const Method wanted = request.method == Method::head ? Method::get : request.method;
  Match found;
  for (const Route& route : routes()) {
    if (found.path == nullptr) {
      const auto code = match(route.path, request.path);
      if (!code) continue;
      found.path = &route;
      found.code = *code;
    } else if (route.path != found.path->path) {
      continue;
    }
    if (route.method == wanted) {
      found.route = &route;
      break;
    }
  }
  return found;
}

Admission ApiService::admit(http::Exchange& exchange) {
  const http::Request& request = exchange.request;
  const Match found = find(request);
  exchange.code = found.code;
  if (found.path != nullptr)
    exchange.route = path_ids_[static_cast<std::size_t>(found.path - routes().data())];
  if (!request.origin.empty() || request.method == Method::options) {
    const std::string methods = found.path != nullptr ? allowed_methods(found.path->path) : "OPTIONS";
    add_cors_headers(services_.options.cors_origins, methods, exchange);
    if (request.method == Method::options) {
      exchange.response.set_status(204);
      exchange.response.add_header("Allow", methods);
      return Admission::answer;
    }
  }
  if (request.method == Method::other) {
    return refuse(exchange, {501, "not_implemented", "This method is not known here."});
  }
  if (request.path == "*") {
    return refuse(exchange, {400, "malformed_request", "The target * is for OPTIONS only."});
  }
  if (found.path == nullptr) return refuse(exchange, {404, "not_found", "There is nothing at this path."});
  if (found.route == nullptr) {
    exchange.response.add_header("Allow", allowed_methods(found.path->path));
    return refuse(exchange, {405, "method_not_allowed", "This path does not take this method; see Allow."});
  }
  if (services_.options.loopback_only && is_for_owners(*found.route) &&
      !is_own_host(request.host, services_.options.base_url)) {
    return refuse(exchange,
                  {421, "misdirected_request",
                   "This service listens on this machine only and does not go by the name in Host; if it "
                   "should, set CURT_BASE_URL."});
  }
  if (found.route->body == Body::json && !is_json(request.content_type)) {
    return refuse(exchange, {415, "unsupported_media_type",
                             "The body must be JSON: send the header Content-Type: application/json."});
  }
  exchange.row = static_cast<std::uint8_t>(found.route - routes().data());
  const bool is_redirect = found.route->pace == Pace::redirect;
  exchange.time_limit = is_redirect ? services_.options.redirect_deadline : services_.options.api_deadline;
  return Admission::admit;
}

bool ApiService::answer_now(http::Exchange& exchange) {
  const Route& route = routes()[exchange.row];
  return route.now != nullptr && route.now(services_, exchange);
}

awaitable<void> ApiService::answer(http::Exchange& exchange) {
  co_await routes()[exchange.row].later(services_, exchange);
}

}  // namespace curt::api
