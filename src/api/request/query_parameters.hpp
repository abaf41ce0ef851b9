#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "curt/domain/error.hpp"

namespace curt::api {

/// The parameters of a query string, decoded; invalid_value names one that is malformed or repeated.
[[nodiscard]] result<std::map<std::string, std::string>> parse_query(std::string_view query);

/// Why a query string is refused by a route that has no parameters; nothing if it is empty. A client that
/// puts there what belongs into the body would think that it was heeded.
[[nodiscard]] std::optional<Error> refuse_parameters(std::string_view query);

}  // namespace curt::api
