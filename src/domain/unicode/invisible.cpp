#include "domain/unicode/invisible.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "domain/unicode/characters.hpp"

namespace curt::unicode {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

/// White_Space, general category Cc, and what is shown as nothing without being a part of the character
/// before it. In order.
constexpr auto kInvisible = std::to_array<Range>({
    {0x0, 0x20},       // C0 controls and the space
    {0x7F, 0xA0},      // DEL, C1 controls, the no-break space
    {0xAD, 0xAD},      // soft hyphen
    {0x61C, 0x61C},    // Arabic letter mark
    {0x115F, 0x1160},  // Hangul fillers
    {0x1680, 0x1680},  // Ogham space
    {0x180E, 0x180E},  // Mongolian vowel separator
    {0x2000, 0x200F},  // spaces of all widths, zero-width space and joiners, marks of direction
    {0x2028, 0x202F},  // separators of lines and paragraphs, embeddings and overrides, a narrow space
    {0x205F, 0x2064},  // mathematical space, word joiner, operators that are not shown
    {0x2066, 0x206F},  // isolates, and formats that are deprecated
    {0x2800, 0x2800},  // Braille blank
    {0x3000, 0x3000},  // ideographic space
    {0x3164, 0x3164},  // Hangul filler
    {0xFEFF, 0xFEFF},  // byte order mark
    {0xFFA0, 0xFFA0},  // half-width Hangul filler
});

bool is_invisible(char32_t character) noexcept {
  const auto after = std::ranges::upper_bound(kInvisible, character, {}, &Range::first);
  return after != kInvisible.begin() && character <= std::prev(after)->last;
}

/// The last character of a text that is not empty; nothing where its bytes are no character.
std::optional<Character> last_character(std::string_view text) noexcept {
  constexpr std::size_t kLongest = 4;
  for (std::size_t size = 1; size <= std::min(kLongest, text.size()); ++size) {
    const auto character = first_character(text.substr(text.size() - size));
    if (character) return character->size == size ? character : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace

std::string_view trim_invisible(std::string_view text) noexcept {
  while (!text.empty()) {
    const auto first = first_character(text);
    if (!first || !is_invisible(first->code_point)) break;
    text.remove_prefix(first->size);
  }
  while (!text.empty()) {
    const auto last = last_character(text);
    if (!last || !is_invisible(last->code_point)) break;
    text.remove_suffix(last->size);
  }
  return text;
}

}  // namespace curt::unicode
