#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace curt::api {

/// What "+" stands for.
enum class Plus {
  stays,     ///< itself, as in a path
  is_space,  ///< a space, as in a form's or link's query string
};

/// The text with its percent-encodings resolved; nothing if one of them is malformed.
[[nodiscard]] std::optional<std::string> percent_decode(std::string_view text, Plus plus);

/// The text with everything percent-encoded that is not unreserved (RFC 3986, section 2.3).
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace curt::api
