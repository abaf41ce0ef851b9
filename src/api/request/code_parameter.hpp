#pragma once

#include <optional>
#include <string_view>

#include "curt/domain/short_code.hpp"
#include "curt/http/service.hpp"

namespace curt::api {

/// The code in the request's path, percent-decoded; nothing if it cannot be any link's.
[[nodiscard]] std::optional<ShortCode> code_parameter(const http::Exchange& exchange);

/// The error for a code that no link has.
[[nodiscard]] Error no_such_link();

}  // namespace curt::api
