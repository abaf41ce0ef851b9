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

}  // namespace curt::api
