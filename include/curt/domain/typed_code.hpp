#pragma once

#include <optional>
#include <string_view>

#include "curt/domain/short_code.hpp"

namespace curt {

/// The code that somebody means who typed or sent this text in any normalization form (some systems write "é"
/// as an "e" followed by an accent); nothing if no link can have it.
[[nodiscard]] std::optional<ShortCode> typed_code(std::string_view text);

}  // namespace curt
