#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "curt/domain/error.hpp"
#include "curt/links/link_filter.hpp"

namespace curt::api {

/// Which links are to be disabled, and how many the client knows them to be.
struct DisableRequest {
  links::LinkFilter filter;
  std::optional<std::uint64_t> confirm;  ///< nothing: only the number is asked for
};

/// Reads the body of POST /api/v1/links/disable. malformed_json, or invalid_value with all that is wrong.
/// Below `base_url` are the short URLs that a query may name.
[[nodiscard]] result<DisableRequest> parse_disable_request(std::string_view body,
                                                           std::string_view base_url = {});

}  // namespace curt::api
