#include "curt/domain/key_id.hpp"

#include <gtest/gtest.h>

namespace {

using curt::KeyId;

TEST(KeyId, IsTwelveLettersAndDigits) {
  const auto id = KeyId::parse("abcXYZ012789");
  ASSERT_TRUE(id);
  EXPECT_EQ(id->view(), "abcXYZ012789");
  for (const char* const wrong :
       {"", "abcXYZ01278", "abcXYZ0127890", "abcXYZ01278-", "abcXYZ01278_", "abcXYZ01278 "}) {
    EXPECT_FALSE(KeyId::parse(wrong)) << wrong;
  }
}

TEST(KeyId, IsOrderedByItsBytes) {
  EXPECT_LT(KeyId::from_valid("aaaaaaaaaaaa"), KeyId::from_valid("aaaaaaaaaaab"));
  EXPECT_LT(KeyId::from_valid("Zaaaaaaaaaaa"), KeyId::from_valid("aaaaaaaaaaaa"));
}

}  // namespace
