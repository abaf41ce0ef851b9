#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "curt/api/services.hpp"
#include "curt/http/service.hpp"

namespace curt::api {

/// Answers at once and says true, or says false if it must wait; then the route's second function is awaited.
using AnswerNow = bool (*)(const Services&, http::Exchange&);
using Answer = awaitable<void> (*)(const Services&, http::Exchange&);

/// What a route expects of the request's body.
enum class Body { none, json };

/// Which deadline a request gets.
enum class Pace { api, redirect };

struct Route {
  http::Method method;
  std::string_view path;  ///< with at most one "{code}", which matches one non-empty segment
  AnswerNow now;          ///< null if it always waits
  Answer later;           ///< null if it never does
  Body body = Body::none;
  Pace pace = Pace::api;
};

/// All routes. A path is served by the first row that it matches and those with the same path; "/{code}" is
/// last.
[[nodiscard]] std::span<const Route> routes() noexcept;

/// Names of what is counted and logged apart: "none" for requests without a route, then each path once.
/// http::RouteId is an index into it.
[[nodiscard]] std::vector<std::string> route_names();

/// The code in `path` if it fits the route's path; empty if the route has none.
[[nodiscard]] std::optional<std::string_view> match(std::string_view route_path,
                                                    std::string_view path) noexcept;

/// The words that no alias may be: the first segment of every route.
[[nodiscard]] std::vector<std::string> reserved_words();

}  // namespace curt::api
