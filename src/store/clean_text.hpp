#pragma once

#include <string>
#include <string_view>

namespace curt::store {

/// The text as a database holds it: each byte that is no part of well-formed UTF-8 becomes U+FFFD, and so
/// does a zero. What comes from headers may be anything, and what was cut may end within a character.
[[nodiscard]] std::string clean_text(std::string_view text);

}  // namespace curt::store
