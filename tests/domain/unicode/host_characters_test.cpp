#include "domain/unicode/host_characters.hpp"

#include <string>

#include <gtest/gtest.h>

namespace curt::unicode {
namespace {

const HostCharacters& table() { return HostCharacters::built_in(); }

std::u32string mapping_of(char32_t character) {
  std::u32string text;
  table().append_mapping(character, text);
  return text;
}

TEST(HostCharacters, AreKeptMappedOrDisallowed) {
  for (const char32_t character : std::u32string{U"abz09-ßς\u200C\u200D≠❤🩷"}) {
    EXPECT_EQ(table().of(character).use, HostUse::kept) << static_cast<unsigned>(character);
  }
  for (const char32_t character : std::u32string{U"AZẞ①。\u00AD\uFE0F"}) {
    EXPECT_EQ(table().of(character).use, HostUse::mapped) << static_cast<unsigned>(character);
  }
  for (const char32_t character : {U'\x80', U'\u0378', U'\u2FF0', U'\uFFFD', U'\uE000', U'\U0010FFFF'}) {
    EXPECT_EQ(table().of(character).use, HostUse::disallowed) << static_cast<unsigned>(character);
  }
}

TEST(HostCharacters, AreMappedToOneToManyOrNone) {
  EXPECT_EQ(mapping_of(U'A'), U"a");
  EXPECT_EQ(mapping_of(U'Z'), U"z");
  EXPECT_EQ(mapping_of(U'ẞ'), U"ß");
  EXPECT_EQ(mapping_of(U'。'), U".");
  EXPECT_EQ(mapping_of(U'㎏'), U"kg");
  EXPECT_EQ(mapping_of(U'\u00AD'), U"");
  EXPECT_EQ(mapping_of(U'\uFFFD'), U"");
}

TEST(HostCharacters, HaveWhatTheRulesAskFor) {
  const HostCharacter alef = table().of(U'\u0627');
  EXPECT_EQ(alef.direction, Direction::right_to_left);
  EXPECT_EQ(alef.joining, Joining::right);
  const HostCharacter virama = table().of(U'\u094D');
  EXPECT_EQ(virama.combining_class, 9);
  EXPECT_EQ(virama.direction, Direction::mark);
  EXPECT_TRUE(virama.is_mark);
  EXPECT_EQ(table().of(U'5').direction, Direction::european_number);
  EXPECT_EQ(table().of(U'\u0661').direction, Direction::arabic_number);
  EXPECT_EQ(table().of(U'-').direction, Direction::neutral);
  EXPECT_EQ(table().of(U'\U00001ACF').combining_class, 230) << "of Unicode 17";
  EXPECT_FALSE(table().of(U'a').is_mark);
}

}  // namespace
}  // namespace curt::unicode
