#include "domain/unicode/characters.hpp"

#include <cstdint>

#include <fmt/format.h>
#include <unictype.h>
#include <unistr.h>

#include "domain/unicode/code_characters.hpp"

namespace curt::unicode {
namespace {

/// Marks would join the quotation mark, and what is invisible is not to be seen.
bool stands_for_itself(char32_t code_point) {
  return uc_is_graph(code_point) && !uc_is_general_category(code_point, UC_MARK) &&
         !uc_is_general_category(code_point, UC_OTHER) &&
         CodeCharacters::built_in().kind_of(code_point) != CharacterKind::invisible;
}

}  // namespace

std::optional<Character> first_character(std::string_view text) noexcept {
  ucs4_t code_point = 0;
  const int size = u8_mbtoucr(&code_point, reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
  if (size <= 0) return std::nullopt;
  return Character{code_point, static_cast<std::size_t>(size)};
}

std::string utf8_of(char32_t code_point) {
  constexpr int kLongest = 4;
  std::string text(kLongest, '\0');
  const int size = u8_uctomb(reinterpret_cast<std::uint8_t*>(text.data()), code_point, kLongest);
  text.resize(size > 0 ? static_cast<std::size_t>(size) : 0);
  return text;
}

std::string shown(char32_t code_point) {
  std::string number = fmt::format("U+{:04X}", static_cast<std::uint32_t>(code_point));
  if (!stands_for_itself(code_point)) return number;
  return fmt::format("\"{}\" ({})", utf8_of(code_point), number);
}

}  // namespace curt::unicode
