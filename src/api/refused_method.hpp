#pragma once

#include "curt/http/problem.hpp"
#include "curt/http/request.hpp"

namespace curt::api {

/// What a client hears whose method is known nowhere (501) or is not one of the path (405, beside an Allow
/// header).
[[nodiscard]] http::Problem refused_method(http::Method method);

}  // namespace curt::api
