#include "curt/domain/unicode/script_table.hpp"

#include <gtest/gtest.h>

namespace curt::unicode {
namespace {

TEST(ScriptTable, KnowsTheScriptsOfCharacters) {
  const ScriptTable& table = ScriptTable::unicode();
  EXPECT_EQ(table.scripts_of(U'a'), table.script("Latn"));
  EXPECT_EQ(table.scripts_of(U'z'), table.script("Latn"));
  EXPECT_EQ(table.scripts_of(U'ж'), table.script("Cyrl"));
  EXPECT_EQ(table.scripts_of(U'漢'), table.script("Hani"));
  EXPECT_EQ(table.scripts_of(U'ー'), table.script("Hira") | table.script("Kana"));
  EXPECT_TRUE(table.scripts_of(U'7').all()) << "digits go with every script";
  EXPECT_TRUE(table.scripts_of(U'-').all());
  EXPECT_TRUE(table.script("none").none());
}

TEST(ScriptTable, LeavesRoomForThreeSystemsOfWriting) {
  Scripts all;
  for (char32_t character = 0; character < 0x110000; ++character) {
    const Scripts scripts = ScriptTable::unicode().scripts_of(character);
    if (!scripts.all()) all |= scripts;
  }
  EXPECT_GT(all.count(), 150U);
  EXPECT_FALSE(all.test(250));
}

TEST(ScriptTable, HasABitInCommonForScriptsThatAreWrittenTogether) {
  const ScriptTable& table = ScriptTable::unicode();
  const auto share = [&table](char32_t one, char32_t other) {
    return (table.augmented_scripts_of(one) & table.augmented_scripts_of(other)).any();
  };
  EXPECT_TRUE(share(U'漢', U'ひ'));
  EXPECT_TRUE(share(U'ひ', U'カ'));
  EXPECT_TRUE(share(U'漢', U'한'));
  EXPECT_TRUE(share(U'漢', U'ㄅ'));
  EXPECT_TRUE(share(U'я', U'7'));
  EXPECT_FALSE(share(U'ひ', U'한'));
  EXPECT_FALSE(share(U'ㄅ', U'カ'));
  EXPECT_FALSE(share(U'漢', U'a'));
  EXPECT_EQ(table.systems().count(), 3U);
}

TEST(ScriptTable, NamesScripts) {
  const ScriptTable& table = ScriptTable::unicode();
  EXPECT_EQ(table.names_of(table.scripts_of(U'ж')), "Cyrillic");
  EXPECT_EQ(table.names_of(table.augmented_scripts_of(U'漢')), "Han");
  EXPECT_EQ(table.names_of(table.scripts_of(U'ー')), "Hiragana or Katakana");
  EXPECT_EQ(table.names_of(table.script("Ital")), "Old Italic");
  for (char32_t character = 0x80; character < 0x110000; ++character) {
    const Scripts scripts = table.scripts_of(character);
    if (scripts.all()) continue;
    ASSERT_GT(table.names_of(scripts).size(), 1U) << static_cast<std::uint32_t>(character);
  }
}

TEST(ScriptTable, ReadsRangesAndNames) {
  const ScriptTable table{"# comment\n41 42 Aaaa\n50 50 Aaaa Bbbb\n", "Aaaa First A\nCccc Third\n"};
  EXPECT_EQ(table.scripts_of(0x42), table.script("Aaaa"));
  EXPECT_EQ(table.scripts_of(0x50), table.script("Aaaa") | table.script("Bbbb"));
  EXPECT_TRUE(table.scripts_of(0x40).all());
  EXPECT_TRUE(table.scripts_of(0x43).all());
  EXPECT_EQ(table.names_of(table.scripts_of(0x50)), "First A or Bbbb");
}

}  // namespace
}  // namespace curt::unicode
