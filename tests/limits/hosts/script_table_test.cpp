#include "limits/hosts/script_table.hpp"

#include <gtest/gtest.h>

namespace curt::limits {
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

TEST(ScriptTable, KnowsWhatLooksLikeAscii) {
  const ScriptTable& table = ScriptTable::unicode();
  EXPECT_EQ(table.ascii_look_of(U'а'), 'a');
  EXPECT_EQ(table.ascii_look_of(U'ο'), 'o');
  EXPECT_EQ(table.ascii_look_of(U'ж'), std::nullopt);
  EXPECT_EQ(table.ascii_look_of(U'a'), std::nullopt);
}

TEST(ScriptTable, ReadsRangesAndLooks) {
  const ScriptTable table{"# comment\n41 42 Aaaa\n50 50 Aaaa Bbbb\n", "43 c\n"};
  EXPECT_EQ(table.scripts_of(0x42), table.script("Aaaa"));
  EXPECT_EQ(table.scripts_of(0x50), table.script("Aaaa") | table.script("Bbbb"));
  EXPECT_TRUE(table.scripts_of(0x40).all());
  EXPECT_TRUE(table.scripts_of(0x43).all());
  EXPECT_EQ(table.ascii_look_of(0x43), 'c');
}

}  // namespace
}  // namespace curt::limits
