#pragma once

#include <optional>
#include <string_view>

#include "curt/http/request.hpp"

namespace curt::api {

/// The text that a request presents as its key, in X-Api-Key or in Authorization with the scheme Bearer;
/// nothing if it presents none. Empty, which is no key, where it presents several that are not the same, or
/// repeats a header. Views the request.
[[nodiscard]] std::optional<std::string_view> presented_key(const http::Request& request) noexcept;

}  // namespace curt::api
