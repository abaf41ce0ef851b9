#pragma once

#include <string_view>

namespace curt::api {

/// Whether a Content-Type says JSON: application/json or any type with the suffix +json. A request without a
/// type is refused: a page of another site can send one without asking first.
[[nodiscard]] bool is_json(std::string_view content_type) noexcept;

}  // namespace curt::api
