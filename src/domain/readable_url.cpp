#include "domain/readable_url.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>

#include "curt/base/utf8.hpp"
#include "curt/domain/idna.hpp"

#include "domain/unicode/characters.hpp"

namespace curt {
namespace {

constexpr std::string_view kPrefix = "xn--";
constexpr std::size_t kLongestLabel = 63;

/// The value of a hexadecimal digit; nothing for another character.
std::optional<unsigned> digit_of(char c) noexcept {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a') + 10;
  if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A') + 10;
  return std::nullopt;
}

/// The byte that is encoded where the text begins; nothing if none is.
std::optional<char> encoded_byte(std::string_view text) noexcept {
  if (text.size() < 3 || text[0] != '%') return std::nullopt;
  const auto high = digit_of(text[1]);
  const auto low = digit_of(text[2]);
  if (!high || !low) return std::nullopt;
  return static_cast<char>(*high * 16 + *low);
}

/// How many bytes the character has that begins with this one; 1 for a byte that begins none.
std::size_t length_of(char first) noexcept {
  const auto byte = static_cast<unsigned char>(first);
  if (byte >= 0xf0) return 4;
  if (byte >= 0xe0) return 3;
  return byte >= 0xc0 ? 2 : 1;
}

/// The character that is encoded where the text begins, if it may be shown.
std::optional<std::string> encoded_character(std::string_view text) {
  const auto first = encoded_byte(text);
  if (!first) return std::nullopt;
  std::string character{*first};
  for (std::size_t i = 1; i < length_of(*first); ++i) {
    const auto next = encoded_byte(text.substr(std::min(3 * i, text.size())));
    if (!next) return std::nullopt;
    character += *next;
  }
  if (!is_utf8(character) || has_control(character)) return std::nullopt;
  return character;
}

std::string without_encodings(std::string_view text) {
  std::string decoded;
  decoded.reserve(text.size());
  while (!text.empty()) {
    if (const auto character = encoded_character(text)) {
      decoded += *character;
      text.remove_prefix(3 * character->size());
    } else {
      decoded += text.front();
      text.remove_prefix(1);
    }
  }
  return decoded;
}

bool is_of_label(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
}

std::string with_letters_of_names(std::string_view text) {
  std::string readable;
  while (!text.empty()) {
    const auto end = static_cast<std::size_t>(std::ranges::find_if_not(text, is_of_label) - text.begin());
    const std::string_view label = text.substr(0, end);
    // DNS has no longer ones, and a URL made to be slow has.
    const auto letters = label.size() <= kLongestLabel ? idna::to_unicode(label) : std::nullopt;
    if (letters) {
      for (const char32_t letter : *letters) readable += unicode::utf8_of(letter);
    } else {
      readable += label;
    }
    if (end < text.size()) readable += text[end];
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return readable;
}

}  // namespace

std::string readable_url(std::string_view text) {
  std::string readable{text};
  // Most URLs have neither.
  if (text.find('%') != std::string_view::npos) readable = without_encodings(readable);
  if (readable.find(kPrefix) != std::string::npos) readable = with_letters_of_names(readable);
  return readable;
}

}  // namespace curt
