#pragma once

#include <optional>

#include "curt/api/audience.hpp"
#include "curt/api/services.hpp"
#include "curt/http/problem.hpp"
#include "curt/http/request.hpp"

namespace curt::api {

/// Why the request is not let in to a route for this audience, whatever it asks for; nothing if it is.
[[nodiscard]] std::optional<http::Problem> stranger_refusal(Audience audience, const http::Request& request,
                                                            const ApiOptions& options);

}  // namespace curt::api
