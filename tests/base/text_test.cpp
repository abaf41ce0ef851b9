#include "curt/base/text.hpp"

#include <gtest/gtest.h>

namespace curt {
namespace {

TEST(Trim, TakesWhatItsNameSaysFromBothEndsOnly) {
  EXPECT_EQ(trim_spaces("  a b\t "), "a b\t");
  EXPECT_EQ(trim_blanks(" \ta\tb\n \t"), "a\tb\n");
  EXPECT_EQ(trim_white_space(" \t\r\n\v\fa\nb\f\v\n\r\t "), "a\nb");
}

TEST(Trim, LeavesNothingOfATextOfNothingElse) {
  EXPECT_EQ(trim_spaces(""), "");
  EXPECT_EQ(trim_spaces("   "), "");
  EXPECT_EQ(trim_blanks(" \t"), "");
  EXPECT_EQ(trim_white_space("\r\n"), "");
}

}  // namespace
}  // namespace curt
