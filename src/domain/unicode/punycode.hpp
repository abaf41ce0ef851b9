#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace curt::unicode {

/// The letters of a label of a host name whose punycode (RFC 3492) follows its "xn--", as UTF-8; nothing if
/// it is malformed; an empty one for none. Whether a name may have these letters is not checked.
[[nodiscard]] std::optional<std::string> from_punycode(std::string_view punycode);

}  // namespace curt::unicode
