#include "domain/wide_code.hpp"

#include <vector>

#include <fmt/format.h>

#include "curt/domain/short_code.hpp"
#include "curt/domain/unicode/script_table.hpp"
#include "curt/domain/unicode/text_forms.hpp"

#include "domain/code_alphabet.hpp"
#include "domain/unicode/characters.hpp"
#include "domain/unicode/code_characters.hpp"

namespace curt {
namespace {

using unicode::CharacterKind;
using unicode::Scripts;
using unicode::ScriptTable;
using unicode::shown;

using Objection = std::optional<std::string>;

constexpr char32_t kAscii = 0x80;

bool is_ascii(char32_t character) noexcept { return character < kAscii; }

/// What the character is to a code; one of ASCII that codes may have is a letter or a digit to it.
CharacterKind kind_of(char32_t character) {
  if (!is_ascii(character)) return unicode::CodeCharacters::built_in().kind_of(character);
  return kUnreserved[character] ? CharacterKind::letter : CharacterKind::unfit;
}

bool is_fit(CharacterKind kind) noexcept {
  return kind != CharacterKind::unfit && kind != CharacterKind::invisible;
}

/// Calls `take` with each character and its place, from 1 on, until it says false. The byte at which the text
/// is no UTF-8, if there is one.
template <class Take>
std::optional<std::size_t> for_each_character(std::string_view text, Take take) {
  std::size_t place = 0;
  for (std::size_t at = 0; at < text.size();) {
    const auto character = unicode::first_character(text.substr(at));
    if (!character) return at;
    if (!take(character->code_point, ++place)) break;
    at += character->size;
  }
  return std::nullopt;
}

Objection object_to_encoding(std::string_view text) {
  const auto malformed = for_each_character(text, [](char32_t, std::size_t) { return true; });
  if (!malformed) return std::nullopt;
  return fmt::format("is not UTF-8: its byte {} (0x{:02X}) begins no character", *malformed + 1,
                     static_cast<unsigned char>(text[*malformed]));
}

std::string why_unfit(char32_t character, CharacterKind kind, std::size_t place) {
  const std::string name = fmt::format("has {} at place {}, which is ", shown(character), place);
  if (kind == CharacterKind::invisible) return name + "invisible";
  if (is_ascii(character)) return name + "none of letters, digits and - _ . ~";
  return name + "no letter, mark or decimal digit of Unicode 14.0";
}

Objection object_to_characters(std::string_view text) {
  Objection objection;
  for_each_character(text, [&objection](char32_t character, std::size_t place) {
    const CharacterKind kind = kind_of(character);
    if (!is_fit(kind)) {
      objection = why_unfit(character, kind, place);
    } else if (place == 1 && kind == CharacterKind::mark) {
      objection =
          fmt::format("begins with the mark {}, which would join the slash before it", shown(character));
    }
    return !objection;
  });
  return objection;
}

Objection object_to_form(std::string_view text) {
  if (unicode::is_in_form_c(text)) return std::nullopt;
  return fmt::format("is not in normalization form C, in which it is \"{}\"",
                     unicode::in_form_c(text).value_or(""));
}

struct Written {
  char32_t character;
  std::size_t place;
  Scripts scripts;
};

std::string why_mixed(const Written& one, const Written& other, const ScriptTable& table) {
  const auto told = [&table](const Written& written) {
    return fmt::format("{} at place {} is {}", shown(written.character), written.place,
                       table.names_of(written.scripts));
  };
  return fmt::format("mixes scripts: {}, {}", told(one), told(other));
}

/// UTS #39, section 5.1: all characters have a script in common, or a writing system.
Objection object_to_scripts(std::string_view text) {
  const ScriptTable& table = ScriptTable::unicode();
  std::vector<Written> before;
  Scripts common = Scripts{}.set();
  Objection objection;
  for_each_character(text, [&](char32_t character, std::size_t place) {
    const Written written{character, place, table.augmented_scripts_of(character)};
    if (written.scripts.all()) return true;
    common &= written.scripts;
    if (common.any()) {
      before.push_back(written);
      return true;
    }
    // Each two of them may have one in common where all together have none.
    const Written* other = &before.front();
    for (const Written& earlier : before) {
      if ((earlier.scripts & written.scripts).none()) other = &earlier;
    }
    objection = why_mixed(*other, written, table);
    return false;
  });
  return objection;
}

}  // namespace

bool is_wide_code(std::string_view text) noexcept {
  bool fits = true;
  const auto malformed = for_each_character(text, [&fits](char32_t character, std::size_t place) {
    const CharacterKind kind = kind_of(character);
    fits = is_fit(kind) && !(place == 1 && kind == CharacterKind::mark);
    return fits;
  });
  return !malformed && fits && unicode::is_in_form_c(text);
}

std::optional<std::string> objection_to_code(std::string_view text) {
  if (text.empty()) return "must not be empty";
  if (text.size() > ShortCode::kMaxLength) {
    return fmt::format("has {} bytes, at most {} are allowed", text.size(), ShortCode::kMaxLength);
  }
  if (text.ends_with('+')) return "ends in \"+\", by which visitors ask for the preview of a link";
  if (text.find_first_not_of('.') == std::string_view::npos)
    return "is of dots alone, which stand for folders in a URL";
  for (const auto object : {object_to_encoding, object_to_characters, object_to_form, object_to_scripts}) {
    if (Objection objection = object(text)) return objection;
  }
  return std::nullopt;
}

}  // namespace curt
