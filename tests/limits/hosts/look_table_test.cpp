#include "limits/hosts/look_table.hpp"

#include <gtest/gtest.h>

namespace curt::limits {
namespace {

TEST(LookTable, KnowsWhatLooksLikeAscii) {
  const LookTable& table = LookTable::unicode();
  EXPECT_EQ(table.ascii_look_of(U'а'), 'a');
  EXPECT_EQ(table.ascii_look_of(U'ο'), 'o');
  EXPECT_EQ(table.ascii_look_of(U'ж'), std::nullopt);
  EXPECT_EQ(table.ascii_look_of(U'a'), std::nullopt);
}

TEST(LookTable, ReadsCodePointsAndLooks) {
  const LookTable table{"# comment\n43 c\n1D4B6 a\n"};
  EXPECT_EQ(table.ascii_look_of(0x43), 'c');
  EXPECT_EQ(table.ascii_look_of(0x1D4B6), 'a');
  EXPECT_EQ(table.ascii_look_of(0x44), std::nullopt);
}

}  // namespace
}  // namespace curt::limits
