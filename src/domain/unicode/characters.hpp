#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace curt::unicode {

/// A character of a text in UTF-8.
struct Character {
  char32_t code_point = 0;
  std::size_t size = 0;  ///< in bytes
};

/// The first character of a text that is not empty; nothing where the text does not begin with one that is
/// well-formed: overlong forms, surrogates and what is cut off are not.
[[nodiscard]] std::optional<Character> first_character(std::string_view text) noexcept;

[[nodiscard]] std::string utf8_of(char32_t code_point);

/// The character for people: "é" (U+00E9). What does not stand for itself, such as a control character, has
/// its number only.
[[nodiscard]] std::string shown(char32_t code_point);

}  // namespace curt::unicode
