#pragma once

#include <map>
#include <string>
#include <string_view>

#include "curt/domain/error.hpp"

namespace curt::api {

/// The parameters of a query string, decoded; invalid_value names one that is malformed or repeated.
[[nodiscard]] result<std::map<std::string, std::string>> parse_query(std::string_view query);

}  // namespace curt::api
