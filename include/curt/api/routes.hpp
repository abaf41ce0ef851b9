#pragma once

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "curt/access/scopes.hpp"
#include "curt/api/audience.hpp"
#include "curt/api/services.hpp"
#include "curt/api/worker_services.hpp"
#include "curt/domain/short_code.hpp"
#include "curt/http/service.hpp"

namespace curt::api {

/// What a route expects of the request's body.
enum class Body { none, json };

/// Which deadline a request gets.
enum class Pace {
  api,
  redirect,
  bulk,  ///< for what may go through all links
};

/// Whether the operator may open a route to those without a key, where keys are asked for.
enum class Keyless { never, if_opened };

/// What a request of a route is charged to, where there are quotas. Whatever is refused before its handler is
/// asked, as a request with a bad key or none, is charged to none of these.
enum class Charged {
  nothing,
  api,
  create,   ///< and to api
  visitor,  ///< to redirect
};

/// What a row's path stands for.
enum class Serves {
  path,
  /// A short link, which others have written down. It takes every method but OPTIONS, TRACE and CONNECT, as
  /// some links do; a body is not read, as nobody here needs it; and it gets the paths that no row has but
  /// that are near misses of a code.
  link,
};

/// A row of a table of routes; `S` is what its handlers are given.
template <class S>
struct BasicRoute {  // NOLINT(cppcoreguidelines-pro-type-member-init): for the audience and what follows
  /// Answers at once and says true, or says false if it must wait; then `later` is awaited.
  using AnswerNow = bool (*)(const S&, http::Exchange&);
  using Answer = awaitable<void> (*)(const S&, http::Exchange&);

  http::Method method{};
  std::string_view path;  ///< with at most one "{code}" or "{id}", which matches one non-empty segment
  Audience audience;      ///< this and the next two without a default, so that every row says it
  std::optional<access::Scope> scope;  ///< that a key needs; nothing where no key is asked for
  Charged charged;
  AnswerNow now;  ///< null if it always waits
  Answer later;   ///< null if it never does
  Body body = Body::none;
  Pace pace = Pace::api;
  Keyless keyless = Keyless::never;
  Serves serves = Serves::path;

  /// Whether it answers the request, if that has its path.
  [[nodiscard]] constexpr bool takes(const http::Request& request) const noexcept {
    using enum http::Method;
    if (request.method == method || (request.method == head && method == get)) return true;
    return serves == Serves::link && request.method != options && !request.is_for_the_connection;
  }

  /// Whether it tells the operator how the service is.
  [[nodiscard]] constexpr bool tells_of_us() const noexcept {
    return path == "/metrics" || path.starts_with("/health");
  }
};

using Route = BasicRoute<Services>;
using WorkerRoute = BasicRoute<WorkerServices>;

/// All routes of an instance. A path is served by the first row that it matches and those with the same path,
/// and below /api by later rows that it matches too, for methods that these do not have; "/{code}" is last.
[[nodiscard]] std::span<const Route> routes() noexcept;

/// The routes of a listener for metrics and health alone. What it is for is who reaches it: no key is asked
/// for.
[[nodiscard]] std::span<const Route> metrics_routes() noexcept;

/// All routes of a worker.
[[nodiscard]] std::span<const WorkerRoute> worker_routes() noexcept;

/// Names of routes, which are counted and logged apart: "none" for requests without a route, then each path
/// once. http::RouteId is an index into it.
template <class S>
[[nodiscard]] std::vector<std::string> names_of(std::span<const BasicRoute<S>> rows) {
  std::vector<std::string> names{"none"};
  for (const BasicRoute<S>& row : rows) {
    if (std::find(names.begin(), names.end(), row.path) == names.end()) names.emplace_back(row.path);
  }
  return names;
}

/// The code, or the id, in `path` if it fits the route's path; empty if the route has none. One slash behind
/// fits too, but for the routes that begin with the code.
[[nodiscard]] std::optional<std::string_view> match(std::string_view route_path,
                                                    std::string_view path) noexcept;

/// The words that no new code may be: the first segment of every route, and those of coming releases.
[[nodiscard]] std::vector<std::string> reserved_words();

/// The codes that no visitor reaches, since a route has their path, with one method or another. A link may
/// have such a code from before there was the route.
[[nodiscard]] std::vector<ShortCode> hidden_codes();

}  // namespace curt::api
