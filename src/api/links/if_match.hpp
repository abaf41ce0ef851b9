#pragma once

#include <cstdint>
#include <optional>

#include "curt/domain/error.hpp"
#include "curt/http/request.hpp"
#include "curt/http/response.hpp"

namespace curt::api {

/// The version that If-Match asks for: from `"3"`, and kindly from `3`; nothing for no header and for `*`. A
/// list or anything else is an invalid_value.
[[nodiscard]] result<std::optional<std::int64_t>> parse_if_match(const http::Request& request);

/// Adds the ETag of this version.
void add_etag(std::int64_t version, http::Response& response);

}  // namespace curt::api
