#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "curt/domain/error.hpp"

namespace curt::api {

/// The JSON object in `body`, in time linear in its size: values are kept down to the elements of its arrays,
/// and what is nested deeper is empty. malformed_json for anything that is no object, and for a repeated
/// field: which one the client meant cannot be known.
[[nodiscard]] result<nlohmann::json::object_t> parse_flat_object(std::string_view body);

/// A field's name as an answer may quote it: cut where it is long.
[[nodiscard]] std::string quotable(std::string_view field);

}  // namespace curt::api
