#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "curt/http/service.hpp"

namespace curt::api {

/// Adds what a browser's script needs to see the answer, if its origin is among `allowed` (Fetch Standard,
/// "CORS protocol"), and tells caches that the answer is another one for others. `methods` is the Allow list
/// of the path; it is added for preflights.
void add_cors_headers(const std::vector<std::string>& allowed, std::string_view methods,
                      http::Exchange& exchange);

}  // namespace curt::api
