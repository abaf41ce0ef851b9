#include "domain/unicode/code_characters.hpp"

#include <algorithm>
#include <string>

#include <gtest/gtest.h>

#include "curt/domain/unicode/text_forms.hpp"

#include "domain/unicode/characters.hpp"

namespace curt::unicode {
namespace {

CharacterKind kind_of(char32_t character) { return CodeCharacters::built_in().kind_of(character); }

TEST(CodeCharacters, AreLettersMarksAndDigitsOfAnyScript) {
  using enum CharacterKind;
  for (const char32_t character : U"éßжΩא日あカ한ก𐐀ﬁ") {
    if (character == 0) continue;
    EXPECT_EQ(kind_of(character), letter) << static_cast<std::uint32_t>(character);
  }
  EXPECT_EQ(kind_of(0x301), mark) << "a combining acute accent";
  EXPECT_EQ(kind_of(0x93F), mark) << "a vowel sign, which takes room";
  EXPECT_EQ(kind_of(0x663), digit);
  EXPECT_EQ(kind_of(0x1D7D8), digit);
}

TEST(CodeCharacters, AreNoSymbolsSpacesAndControls) {
  for (const char32_t character : {0x80, 0x9F, 0xA0, 0xB7, 0x2F8, 0x2014, 0x2028, 0x20AC, 0x2160, 0x2460,
                                   0x3000, 0xD800, 0xE000, 0xFFFD, 0xFFFF, 0x1F600, 0x10FFFF}) {
    EXPECT_EQ(kind_of(character), CharacterKind::unfit) << static_cast<std::uint32_t>(character);
  }
}

TEST(CodeCharacters, AreNotInvisible) {
  for (const char32_t character : {0xAD, 0x34F, 0x115F, 0x180B, 0x200B, 0x200C, 0x200D, 0x202E, 0x2066,
                                   0x3164, 0xFE0F, 0xFEFF, 0xE0101}) {
    EXPECT_EQ(kind_of(character), CharacterKind::invisible) << static_cast<std::uint32_t>(character);
  }
}

TEST(CodeCharacters, AreThoseOfUnicode14SoThatEveryVersionOfTheLibraryAgreesOnTheirForm) {
  EXPECT_EQ(kind_of(0x870), CharacterKind::letter) << "of Unicode 14.0";
  EXPECT_EQ(kind_of(0x1DF25), CharacterKind::unfit) << "a letter of Unicode 15.0";
  EXPECT_EQ(kind_of(0x10EFD), CharacterKind::unfit) << "a mark of Unicode 15.0";
}

TEST(CodeCharacters, AreCharactersWithAFormCOfSuchCharactersOnly) {
  for (char32_t character = 0x80; character < 0x110000; ++character) {
    if (kind_of(character) < CharacterKind::letter) continue;
    std::string text = in_form_c(utf8_of(character)).value();
    for (std::string_view rest = text; !rest.empty();) {
      const auto first = first_character(rest);
      ASSERT_TRUE(first);
      if (first->code_point >= 0x80) {
        ASSERT_GE(kind_of(first->code_point), CharacterKind::letter) << shown(character);
      }
      rest.remove_prefix(first->size);
    }
  }
}

TEST(CodeCharacters, AreReadFromRanges) {
  const CodeCharacters table{"# comment\n100 1FF L\n200 200 M\n210 219 N\n220 220 I\n"};
  EXPECT_EQ(table.kind_of(0xFF), CharacterKind::unfit);
  EXPECT_EQ(table.kind_of(0x100), CharacterKind::letter);
  EXPECT_EQ(table.kind_of(0x1FF), CharacterKind::letter);
  EXPECT_EQ(table.kind_of(0x200), CharacterKind::mark);
  EXPECT_EQ(table.kind_of(0x201), CharacterKind::unfit);
  EXPECT_EQ(table.kind_of(0x219), CharacterKind::digit);
  EXPECT_EQ(table.kind_of(0x220), CharacterKind::invisible);
  EXPECT_EQ(table.kind_of(0x221), CharacterKind::unfit);
}

}  // namespace
}  // namespace curt::unicode
