#pragma once

#include <string_view>

namespace curt::unicode {

/// The text without what is not seen at its start and end, and comes along when it is copied from a mail or a
/// document: white space and control characters of all of Unicode, marks of direction, zero-width spaces and
/// joiners, byte order marks, fillers. Variation selectors and tags stay, with which emoji end. Bytes that
/// are not UTF-8 stay as well.
[[nodiscard]] std::string_view trim_invisible(std::string_view text) noexcept;

}  // namespace curt::unicode
