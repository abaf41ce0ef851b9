#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "curt/domain/error.hpp"

// International host names, as the URL Standard has them: Unicode IDNA Compatibility Processing (UTS #46),
// not IDNA 2008, so that symbols and emoji are taken. CheckBidi and CheckJoiners are true, all other options
// are false. The tables are built in (src/domain/unicode/data), and the same on every system.

namespace curt::idna {

/// The name in ASCII: "xn--bcher-kva.example" for "Bücher.example". For a name in well-formed UTF-8 that has
/// characters beyond ASCII; the URL Standard leaves others as they are, but for their case. What comes out
/// may have characters that no host has (a full-width slash becomes a slash), and may be empty. An error is
/// about the field "url".
[[nodiscard]] result<std::string> to_ascii(std::string_view name);

/// The label as browsers show it, if it begins with "xn--" and is what to_ascii() makes of a label that
/// stands alone; nothing if it is not.
[[nodiscard]] std::optional<std::u32string> to_unicode(std::string_view label);

}  // namespace curt::idna
