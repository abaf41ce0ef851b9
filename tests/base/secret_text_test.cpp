#include "curt/base/secret_text.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include <gtest/gtest.h>

namespace {

using curt::SecretText;

TEST(SecretText, IsWiped) {
  std::array<char, 8> bytes{'s', 'e', 'c', 'r', 'e', 't', '!', '!'};
  curt::wipe(bytes);
  EXPECT_TRUE(std::ranges::all_of(bytes, [](char c) { return c == 0; }));
  curt::wipe({});
}

TEST(SecretText, MovesWithoutACopy) {
  SecretText first{std::string_view{"a secret"}};
  const char* const place = first.view().data();
  SecretText second{std::move(first)};
  EXPECT_EQ(second.view().data(), place);
  EXPECT_EQ(second.view(), "a secret");
  EXPECT_TRUE(first.view().empty());  // NOLINT(bugprone-use-after-move): that it is empty is what is tested
  SecretText third;
  third = std::move(second);
  EXPECT_EQ(third.view(), "a secret");
}

}  // namespace
