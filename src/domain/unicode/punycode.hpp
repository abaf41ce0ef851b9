#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace curt::unicode {

/// The label in Punycode (RFC 3492), without "xn--". The time is in proportion to the product of the label's
/// length and of the number of its different characters beyond ASCII.
[[nodiscard]] std::string to_punycode(std::u32string_view label);

/// The label that stands in Punycode; nothing if it is not Punycode of Unicode.
[[nodiscard]] std::optional<std::u32string> from_punycode(std::string_view encoded);

}  // namespace curt::unicode
