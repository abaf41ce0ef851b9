#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace curt::idna {

/// Why a label in Unicode, mapped and in normalization form C, is no valid one (UTS #46, section 4.1), for
/// people; nothing if it is. Directions are not looked at.
[[nodiscard]] std::optional<std::string> fault_of(std::u32string_view label);

/// Whether the label has characters of scripts that are written from right to left, which puts the whole name
/// under the Bidi rule.
[[nodiscard]] bool has_right_to_left(std::u32string_view label) noexcept;

/// Whether the label satisfies the Bidi rule (RFC 5893, section 2). An empty one does.
[[nodiscard]] bool satisfies_bidi_rule(std::u32string_view label) noexcept;

}  // namespace curt::idna
