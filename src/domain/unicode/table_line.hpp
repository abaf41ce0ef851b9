#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <string_view>

namespace curt::unicode {

/// Takes the first word off a line of a table.
inline std::string_view take_word(std::string_view& line) noexcept {
  const std::size_t end = std::min(line.find(' '), line.size());
  const std::string_view word = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return word;
}

/// Takes a code point in hexadecimal off it.
inline char32_t take_code_point(std::string_view& line) noexcept {
  constexpr int kHexadecimal = 16;
  const std::string_view word = take_word(line);
  std::uint32_t value = 0;
  std::from_chars(word.data(), word.data() + word.size(), value, kHexadecimal);
  return value;
}

}  // namespace curt::unicode
