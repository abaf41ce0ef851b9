#include "domain/unicode/code_characters.hpp"

#include <algorithm>

#include "curt/domain/data_lines.hpp"

#include "domain/unicode/table_line.hpp"

extern "C" {
extern const char curt_unicode_code_characters_begin[];
extern const char curt_unicode_code_characters_end[];
}

namespace curt::unicode {
namespace {

CharacterKind kind_named(std::string_view name) noexcept {
  using enum CharacterKind;
  if (name == "L") return letter;
  if (name == "M") return mark;
  if (name == "N") return digit;
  return invisible;
}

}  // namespace

const CodeCharacters& CodeCharacters::built_in() {
  static const CodeCharacters table{{curt_unicode_code_characters_begin, curt_unicode_code_characters_end}};
  return table;
}

CodeCharacters::CodeCharacters(std::string_view table) {
  for_each_data_line(table, [this](std::string_view line) {
    const char32_t first = take_code_point(line);
    const char32_t last = take_code_point(line);
    ranges_.push_back({first, last, kind_named(line)});
  });
}

CharacterKind CodeCharacters::kind_of(char32_t character) const noexcept {
  const auto after = std::ranges::upper_bound(ranges_, character, {}, &Range::first);
  if (after == ranges_.begin() || character > std::prev(after)->last) return CharacterKind::unfit;
  return std::prev(after)->kind;
}

}  // namespace curt::unicode
