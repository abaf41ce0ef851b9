#pragma once

#include <string_view>

namespace curt::cache {

/// What the log says of a script's error: its first word, such as READONLY, and what that means. The rest of
/// the error, which may name keys and scripts, is left out. The view is of a constant or of `error`.
[[nodiscard]] std::string_view refusal_cause(std::string_view error) noexcept;

}  // namespace curt::cache
