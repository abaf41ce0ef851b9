#include "curt/api/routed_service.hpp"

#include <algorithm>
#include <chrono>
#include <utility>

#include "curt/base/random.hpp"
#include "curt/limits/subject.hpp"

#include "api/documents/pages.hpp"
#include "api/limits/limited.hpp"
#include "api/problems.hpp"
#include "api/refused_method.hpp"
#include "api/request/cors.hpp"
#include "api/request/json_type.hpp"
#include "api/request/stranger.hpp"
#include "api/visitors/near_miss.hpp"

namespace curt::api {
namespace {

using http::Admission;
using http::Method;

std::chrono::milliseconds time_limit_of(Pace pace, const ApiOptions& options) {
  constexpr std::chrono::milliseconds kBulk{60'000};
  switch (pace) {
    case Pace::redirect:
      return options.redirect_deadline;
    case Pace::bulk:
      return std::max(options.api_deadline, kBulk);
    case Pace::api:
      break;
  }
  return options.api_deadline;
}

/// Tells clients apart, as Call has it. Nobody can choose addresses with one number: it is another one in
/// each process.
std::uint64_t number_of(std::string_view client) {
  static const std::uint64_t seed = FastRandom{}.next();
  return std::max<std::uint64_t>(limits::Subject::of_client(client).hash(seed), 1);
}

Admission refuse(http::Exchange& exchange, const http::Problem& problem) {
  answer_problem(problem, exchange);
  return Admission::answer;
}

/// The budget that a request is charged to before its handler is asked, if that is limited.
std::optional<limits::Budget> budget_of(Charged charged, const limits::RateLimiter& limits) noexcept {
  if (charged != Charged::api && charged != Charged::create) return std::nullopt;
  const auto budget = charged == Charged::create ? limits::Budget::create : limits::Budget::api;
  return limits.charges(budget) ? std::optional{budget} : std::nullopt;
}

}  // namespace

template <class S>
RoutedService<S>::RoutedService(std::span<const BasicRoute<S>> rows, const S& services, WebPages web_pages,
                                std::string_view nothing_here, std::optional<KeyCheck> keys,
                                limits::RateLimiter* limits)
    : rows_(rows),
      services_(services),
      web_pages_(web_pages),
      nothing_here_(nothing_here),
      keys_(std::move(keys)),
      limits_(limits != nullptr && limits->is_on() ? limits : nullptr),
      names_(names_of(rows)) {
  for (const BasicRoute<S>& route : rows_) {
    const auto name = std::find(names_.begin(), names_.end(), route.path);
    path_ids_.push_back(static_cast<http::RouteId>(name - names_.begin()));
    literal_sizes_.push_back(std::min(route.path.find('{'), route.path.size()));
    if (route.serves == Serves::link) links_ = &route;
  }
}

template <class S>
std::optional<std::string_view> RoutedService<S>::match_row(std::size_t row,
                                                            const http::Request& request) const noexcept {
  const std::string_view path = rows_[row].path;
  // Its length and one character tell most rows apart: a redirect passes all others.
  const std::size_t literal = literal_sizes_[row];
  if (request.path.size() < literal || request.path[literal - 1] != path[literal - 1]) return std::nullopt;
  return match(path, request.path);
}

template <class S>
std::optional<std::string_view> RoutedService<S>::shares_path(std::size_t row, const BasicRoute<S>& found,
                                                              const http::Request& request) const noexcept {
  constexpr std::size_t kOfVisitors = 1;  // "/": a link with the code "docs" is not what "/docs" means
  if (rows_[row].path != found.path && literal_sizes_[row] == kOfVisitors) return std::nullopt;
  return match_row(row, request);
}

template <class S>
typename RoutedService<S>::Match RoutedService<S>::find(const http::Request& request) const noexcept {
  Match found;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    const BasicRoute<S>& route = rows_[i];
    if (found.path == nullptr) {
      const auto code = match_row(i, request);
      if (!code) continue;
      found.path = &route;
      found.code = *code;
    } else if (route.path != found.path->path) {
      if (!route.takes(request)) continue;
      const auto code = shares_path(i, *found.path, request);
      if (!code) continue;
      found.path = &route;
      found.code = *code;
    }
    if (route.takes(request)) {
      found.route = &route;
      break;
    }
  }
  return found;
}

template <class S>
typename RoutedService<S>::Match RoutedService<S>::find_near_miss(const http::Request& request) const {
  Match found;
  if (links_ == nullptr || !request.path.starts_with('/')) return found;
  const std::string_view text = request.path.substr(1);
  if (!near_miss(text)) return found;
  found.path = links_;
  found.code = text;
  if (links_->takes(request)) found.route = links_;
  return found;
}

template <class S>
std::string RoutedService<S>::allowed_methods(const Match& found, const http::Request& request) const {
  std::string list;
  const auto add = [&list](std::string_view method) { list.append(list.empty() ? "" : ", ").append(method); };
  for (std::size_t i = 0; found.path != nullptr && i < rows_.size(); ++i) {
    // A near miss has the path of its row without fitting it.
    if (rows_[i].path != found.path->path && !shares_path(i, *found.path, request)) continue;
    add(name_of(rows_[i].method));
    if (rows_[i].method == Method::get) add("HEAD");
    // Of a link that keeps them: which link it is, nobody has looked up.
    if (rows_[i].serves == Serves::link) add("POST, PUT, PATCH, DELETE");
  }
  if (web_pages_ == WebPages::may_ask) add("OPTIONS");
  return list;
}

template <class S>
void RoutedService<S>::answer_options(const Match& found, http::Exchange& exchange) const {
  exchange.response.set_status(204);
  exchange.response.add_header("Allow", allowed_methods(found, exchange.request));
}

template <class S>
std::optional<http::Problem> RoutedService<S>::key_refusal(const BasicRoute<S>* route,
                                                           http::Exchange& exchange) const {
  if (!keys_) return std::nullopt;
  const bool has_scope = route != nullptr && route->scope;
  if (!has_scope && !exchange.request.has_credentials()) return std::nullopt;
  const ApiOptions& options = services_.options;
  const bool is_open = options.auth == Auth::open ||
                       (has_scope && route->keyless == Keyless::if_opened && options.public_shorten);
  return keys_->refusal(exchange, has_scope ? route->scope : std::nullopt,
                        has_scope && !is_open ? NeedsKey::yes : NeedsKey::no);
}

template <class S>
std::optional<http::Problem> RoutedService<S>::refusal(const BasicRoute<S>& route,
                                                       const http::Exchange& exchange) const {
  const ApiOptions& options = services_.options;
  // A page of another site cannot show a key, unless CORS lets it. And where keys are asked for, those who
  // are let in without one may be anybody.
  const bool skips_origin = exchange.principal.key || (route.scope && options.auth == Auth::keys);
  if (!(route.audience == Audience::owners && skips_origin)) {
    if (auto problem = stranger_refusal(route.audience, exchange.request, options)) return problem;
  }
  return std::nullopt;
}

template <class S>
std::optional<http::Problem> RoutedService<S>::body_refusal(http::Exchange& exchange) {
  if (!is_json(exchange.request.content_type)) {
    return http::Problem{415, "unsupported_media_type",
                         "The body must be JSON: send the header Content-Type: application/json."};
  }
  if (http::has_coded_body(exchange.request)) {
    exchange.response.add_header("Accept-Encoding", "identity");  // RFC 9110, section 15.5.16
    return http::Problem{
        415, "unsupported_media_type",
        "The body must not be compressed: send it as it is, without the header Content-Encoding."};
  }
  return std::nullopt;
}

template <class S>
Admission RoutedService<S>::admit(http::Exchange& exchange) {
  const http::Request& request = exchange.request;
  const ApiOptions& options = services_.options;
  const bool is_for_pages = web_pages_ == WebPages::may_ask;
  Match found = find(request);
  if (keys_ && options.metrics_apart && found.path != nullptr &&
      found.path->scope == access::Scope::metrics_read) {
    found = {};  // another listener has it
  }
  if (found.path == nullptr) found = find_near_miss(request);
  exchange.code = found.code;
  if (found.path != nullptr) exchange.route = path_ids_[static_cast<std::size_t>(found.path - rows_.data())];
  const bool asks_for_options = is_for_pages && request.method == Method::options;
  if (is_for_pages) {
    const std::string methods = asks_for_options ? allowed_methods(found, request) : std::string{};
    add_cors_headers(options.cors_origins, methods, exchange);
  }
  // A preflight, which a browser makes by itself, comes without the key.
  const bool is_preflight = asks_for_options && !request.requested_method.empty();
  if (!is_preflight) {
    if (const auto problem = key_refusal(found.route, exchange)) return refuse(exchange, *problem);
  }
  if (asks_for_options) {
    answer_options(found, exchange);
    return Admission::answer;
  }
  if (is_for_pages && request.method == Method::other && found.route == nullptr) {
    return refuse(exchange, refused_method(request.method));
  }
  if (is_for_pages && request.path == "*") {
    return refuse(exchange, {400, "malformed_request", "The target * is for OPTIONS only."});
  }
  if (found.path == nullptr) return refuse(exchange, {404, "not_found", std::string{nothing_here_}});
  if (found.route == nullptr) {
    exchange.response.add_header("Allow", allowed_methods(found, request));
    return refuse(exchange, {405, "method_not_allowed", "This path does not take this method; see Allow."});
  }
  if (const auto problem = refusal(*found.route, exchange)) return refuse(exchange, *problem);
  if (found.route->body == Body::json) {
    if (const auto problem = body_refusal(exchange)) return refuse(exchange, *problem);
  }
  exchange.row = static_cast<std::uint8_t>(found.route - rows_.data());
  exchange.tells_of_us = found.route->tells_of_us();
  exchange.time_limit = time_limit_of(found.route->pace, options);
  return found.route->serves == Serves::link ? Admission::admit_unread : Admission::admit;
}

template <class S>
bool RoutedService<S>::refuses_visitor(http::Exchange& exchange) const {
  if (!limits_->limits(limits::Budget::redirect)) return false;
  const limits::Subject client = limits::Subject::of_client(exchange.request.client);
  const auto refused = limits_->charge_redirect(client, exchange.began_at);
  if (refused) answer_limited({&*refused, 1}, exchange);
  return refused.has_value();
}

template <class S>
bool RoutedService<S>::answer_now(http::Exchange& exchange) {
  const BasicRoute<S>& route = rows_[exchange.row];
  if (limits_ != nullptr) [[unlikely]] {
    if (budget_of(route.charged, *limits_)) return false;
    if (route.charged == Charged::visitor && refuses_visitor(exchange)) return true;
  }
  return route.now != nullptr && route.now(services_, exchange);
}

template <class S>
awaitable<void> RoutedService<S>::answer(http::Exchange& exchange) {
  exchange.call.client = number_of(exchange.request.client);
  const BasicRoute<S>& route = rows_[exchange.row];
  const auto budget = limits_ != nullptr ? budget_of(route.charged, *limits_) : std::nullopt;
  if (budget) {
    const limits::Subject subject = subject_of(exchange);
    const limits::Decision decision = co_await limits_->charge(exchange.call, subject, *budget);
    if (!decision.allowed) co_return answer_problem(limited_problem(decision.states, exchange), exchange);
    add_limit_headers(decision.states, exchange.response);
    if (route.now != nullptr && route.now(services_, exchange)) co_return;
  }
  co_await route.later(services_, exchange);
}

template <class S>
void RoutedService<S>::answer_overloaded(http::Exchange& exchange, std::string_view detail) {
  const Error error{ErrorCode::overloaded, std::string{detail}};
  if (rows_[exchange.row].pace == Pace::redirect) {
    answer_visitor(error, exchange);
  } else {
    answer_error(error, exchange);
  }
}

template class RoutedService<Services>;
template class RoutedService<WorkerServices>;

}  // namespace curt::api
