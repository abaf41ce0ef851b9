#include "curt/api/routed_service.hpp"

#include <algorithm>

#include <boost/beast/core/string.hpp>

#include "curt/base/text.hpp"

#include "api/problems.hpp"
#include "api/request/cors.hpp"
#include "api/request/stranger.hpp"

namespace curt::api {
namespace {

using http::Admission;
using http::Method;

/// Whether a Content-Type says JSON: application/json or any type with the suffix +json. A request without a
/// type is refused: a page of another site can send one without asking first.
bool is_json(std::string_view content_type) noexcept {
  constexpr std::string_view kSuffix = "+json";
  const std::string_view name = trim_blanks(content_type.substr(0, content_type.find(';')));
  return boost::beast::iequals(name, "application/json") ||
         (name.size() > kSuffix.size() &&
          boost::beast::iequals(name.substr(name.size() - kSuffix.size()), kSuffix));
}

Admission refuse(http::Exchange& exchange, const http::Problem& problem) {
  answer_problem(problem, exchange);
  return Admission::answer;
}

}  // namespace

template <class S>
RoutedService<S>::RoutedService(std::span<const BasicRoute<S>> rows, const S& services, WebPages web_pages,
                                std::string_view nothing_here)
    : rows_(rows),
      services_(services),
      web_pages_(web_pages),
      nothing_here_(nothing_here),
      names_(names_of(rows)) {
  for (const BasicRoute<S>& route : rows_) {
    const auto name = std::find(names_.begin(), names_.end(), route.path);
    path_ids_.push_back(static_cast<http::RouteId>(name - names_.begin()));
  }
}

template <class S>
typename RoutedService<S>::Match RoutedService<S>::find(const http::Request& request) const noexcept {
  const Method wanted = request.method == Method::head ? Method::get : request.method;
  Match found;
  for (const BasicRoute<S>& route : rows_) {
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

template <class S>
std::string RoutedService<S>::allowed_methods(const BasicRoute<S>* path) const {
  std::string list;
  const auto add = [&list](std::string_view method) { list.append(list.empty() ? "" : ", ").append(method); };
  for (const BasicRoute<S>& route : rows_) {
    if (path == nullptr || route.path != path->path) continue;
    add(name_of(route.method));
    if (route.method == Method::get) add("HEAD");
  }
  if (web_pages_ == WebPages::may_ask) add("OPTIONS");
  return list;
}

template <class S>
bool RoutedService<S>::answer_web_page(const Match& found, http::Exchange& exchange) const {
  const http::Request& request = exchange.request;
  const bool asks_for_options = request.method == Method::options;
  const std::string methods = asks_for_options ? allowed_methods(found.path) : std::string{};
  add_cors_headers(services_.options.cors_origins, methods, exchange);
  if (asks_for_options) {
    exchange.response.set_status(204);
    exchange.response.add_header("Allow", methods);
    return true;
  }
  if (request.method == Method::other) {
    answer_problem({501, "not_implemented", "This method is not known here."}, exchange);
    return true;
  }
  if (request.path == "*") {
    answer_problem({400, "malformed_request", "The target * is for OPTIONS only."}, exchange);
    return true;
  }
  return false;
}

template <class S>
Admission RoutedService<S>::admit(http::Exchange& exchange) {
  const http::Request& request = exchange.request;
  const ApiOptions& options = services_.options;
  const Match found = find(request);
  exchange.code = found.code;
  if (found.path != nullptr) exchange.route = path_ids_[static_cast<std::size_t>(found.path - rows_.data())];
  if (web_pages_ == WebPages::may_ask && answer_web_page(found, exchange)) return Admission::answer;
  if (found.path == nullptr) return refuse(exchange, {404, "not_found", std::string{nothing_here_}});
  if (found.route == nullptr) {
    exchange.response.add_header("Allow", allowed_methods(found.path));
    return refuse(exchange, {405, "method_not_allowed", "This path does not take this method; see Allow."});
  }
  if (const auto problem = stranger_refusal(found.route->audience, request, options)) {
    return refuse(exchange, *problem);
  }
  if (found.route->body == Body::json && !is_json(request.content_type)) {
    return refuse(exchange, {415, "unsupported_media_type",
                             "The body must be JSON: send the header Content-Type: application/json."});
  }
  exchange.row = static_cast<std::uint8_t>(found.route - rows_.data());
  const bool is_redirect = found.route->pace == Pace::redirect;
  exchange.time_limit = is_redirect ? options.redirect_deadline : options.api_deadline;
  return Admission::admit;
}

template <class S>
bool RoutedService<S>::answer_now(http::Exchange& exchange) {
  const BasicRoute<S>& route = rows_[exchange.row];
  return route.now != nullptr && route.now(services_, exchange);
}

template <class S>
awaitable<void> RoutedService<S>::answer(http::Exchange& exchange) {
  co_await rows_[exchange.row].later(services_, exchange);
}

template class RoutedService<Services>;
template class RoutedService<WorkerServices>;

}  // namespace curt::api
