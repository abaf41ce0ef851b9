#pragma once

#include <string_view>

namespace curt {

/// The text without these characters at its start and end.
[[nodiscard]] constexpr std::string_view trim(std::string_view text, std::string_view characters) noexcept {
  const std::size_t begin = text.find_first_not_of(characters);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(characters) - begin + 1);
}

/// The text without spaces at its start and end; every other character stays.
[[nodiscard]] constexpr std::string_view trim_spaces(std::string_view text) noexcept {
  return trim(text, " ");
}

/// The text without spaces and tabs at its start and end (OWS in RFC 9110, section 5.6.3).
[[nodiscard]] constexpr std::string_view trim_blanks(std::string_view text) noexcept {
  return trim(text, " \t");
}

/// The text without ASCII white space at its start and end: blanks, line ends, form feeds, vertical tabs.
[[nodiscard]] constexpr std::string_view trim_white_space(std::string_view text) noexcept {
  return trim(text, " \t\n\v\f\r");
}

}  // namespace curt
