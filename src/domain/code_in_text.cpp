#include "curt/domain/code_in_text.hpp"

#include <algorithm>
#include <array>

#include "domain/code_alphabet.hpp"
#include "domain/unicode/characters.hpp"
#include "domain/unicode/code_characters.hpp"

namespace curt {
namespace {

using unicode::Character;
using unicode::CharacterKind;

/// What a character does at the end of a text.
enum class Part {
  code,
  dot,    ///< ends a code, or a sentence
  stray,  ///< is in no code
};

/// Letters by their category in Unicode that people see, and some keyboards write, as quotation marks.
constexpr std::array<char32_t, 7> kQuotesAmongLetters{U'\u02B9', U'\u02BA', U'\u02BB', U'\u02BC',
                                                      U'\u02BD', U'\u02C8', U'\u02EE'};

Part part_of(char32_t character) {
  if (character == U'.' || character == U'~' || character == U'_') return Part::dot;
  if (character < 0x80) return kUnreserved[character] ? Part::code : Part::stray;
  if (std::ranges::find(kQuotesAmongLetters, character) != kQuotesAmongLetters.end()) return Part::stray;
  const CharacterKind kind = unicode::CodeCharacters::built_in().kind_of(character);
  return kind == CharacterKind::unfit || kind == CharacterKind::invisible ? Part::stray : Part::code;
}

}  // namespace

std::optional<CodeInText> code_in_text(std::string_view text) {
  std::optional<std::size_t> begin;
  CodeInText found;
  bool is_among_dots = false;
  for (std::size_t at = 0; at < text.size();) {
    const std::optional<Character> character = unicode::first_character(text.substr(at));
    const Part part = character ? part_of(character->code_point) : Part::stray;
    const std::size_t next = at + (character ? character->size : 1);
    if (part != Part::stray && !begin) begin = at;
    if (part == Part::code) {
      found.end = found.end_with_dots = next;
      is_among_dots = true;
    } else if (part == Part::dot && is_among_dots) {
      found.end_with_dots = next;
    } else {
      is_among_dots = false;
    }
    at = next;
  }
  if (found.end == 0) return std::nullopt;
  found.begin = *begin;
  return found;
}

}  // namespace curt
