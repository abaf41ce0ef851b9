#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace curt::app {

/// The items of a list with commas between, without the spaces around them. Nothing for "none" and for an
/// empty text.
[[nodiscard]] std::vector<std::string_view> split_list(std::string_view text);

/// The text with every password in a URL (scheme://user:password@host, and password=… in its query or in a
/// libpq connection string) replaced by ***. Rather masks too much than too little.
[[nodiscard]] std::string mask_passwords(std::string_view text);

/// `"TEXT" WHY`, with the text on one line, cut when long, and without passwords.
[[nodiscard]] std::string refuse(std::string_view text, std::string_view why);

/// The name that a mistyped one most likely means: the fewest letters changed, added or dropped. Empty if
/// none is near.
[[nodiscard]] std::string nearest_name(std::string_view typed, const std::vector<std::string>& names);

}  // namespace curt::app
