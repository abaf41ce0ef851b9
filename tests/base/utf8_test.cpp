#include "curt/base/utf8.hpp"

#include <gtest/gtest.h>

namespace curt {
namespace {

TEST(IsUtf8, TakesEveryLengthOfCharacter) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("a\xc3\xa9\xe2\x82\xac\xf0\x9f\x94\x97"));
}

TEST(IsUtf8, RefusesWhatIsCutOverlongOrNoCharacter) {
  for (const char* bytes :
       {"\xc3", "\xe2\x82", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff", "a\x80"}) {
    EXPECT_FALSE(is_utf8(bytes)) << bytes;
  }
}

}  // namespace
}  // namespace curt
