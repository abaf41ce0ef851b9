#include "domain/unicode/characters.hpp"

#include <string>

#include <gtest/gtest.h>

namespace curt::unicode {
namespace {

TEST(Characters, AreTakenOffATextOneByOne) {
  const auto first = [](std::string_view text) {
    const auto character = first_character(text);
    return character ? std::pair{character->code_point, character->size}
                     : std::pair{char32_t{0}, std::size_t{0}};
  };
  EXPECT_EQ(first("a"), (std::pair{U'a', std::size_t{1}}));
  EXPECT_EQ(first("éa"), (std::pair{U'é', std::size_t{2}}));
  EXPECT_EQ(first("日本"), (std::pair{U'日', std::size_t{3}}));
  EXPECT_EQ(first("\U0001F600x"), (std::pair{U'\U0001F600', std::size_t{4}}));
}

TEST(Characters, AreWellFormed) {
  for (const char* text :
       {"\x80", "\xc3", "\xc3z", "\xc0\xaf", "\xc1\xbf", "\xe0\x80\xaf", "\xe6\x97", "\xed\xa0\x80",
        "\xf0\x80\x80\xaf", "\xf4\x90\x80\x80", "\xf8\x88\x80\x80\x80", "\xff"}) {
    EXPECT_FALSE(first_character(text)) << text;
  }
}

TEST(Characters, AreShownWithTheirNumber) {
  EXPECT_EQ(shown(U'é'), "\"é\" (U+00E9)");
  EXPECT_EQ(shown(U'%'), "\"%\" (U+0025)");
  EXPECT_EQ(shown(U'\U0001F600'), "\"\U0001F600\" (U+1F600)");
}

TEST(Characters, AreANumberWhereTheyDoNotStandForThemselves) {
  EXPECT_EQ(shown(U' '), "U+0020");
  EXPECT_EQ(shown(0x7F), "U+007F");
  EXPECT_EQ(shown(0x9B), "U+009B");
  EXPECT_EQ(shown(0x301), "U+0301");
  EXPECT_EQ(shown(0x200D), "U+200D");
  EXPECT_EQ(shown(0x202E), "U+202E");
  EXPECT_EQ(shown(0xE000), "U+E000");
}

}  // namespace
}  // namespace curt::unicode
