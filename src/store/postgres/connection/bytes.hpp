#pragma once

#include <span>
#include <string>
#include <string_view>

namespace curt::store::postgres {

// A bytea in its text form: \x and two hexadecimal digits for each byte (PostgreSQL manual, section 8.4.1).

[[nodiscard]] inline std::string hex_from_bytes(std::span<const unsigned char> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "\\x";
  for (const unsigned char byte : bytes) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

/// The bytes of what the server sends, whose digits are in lower case.
[[nodiscard]] inline std::string bytes_from_hex(std::string_view text) {
  const auto digit = [](char c) { return static_cast<unsigned>(c <= '9' ? c - '0' : c - 'a' + 10); };
  std::string bytes;
  for (std::size_t i = 2; i + 1 < text.size(); i += 2) {
    bytes += static_cast<char>(digit(text[i]) << 4U | digit(text[i + 1]));
  }
  return bytes;
}

}  // namespace curt::store::postgres
