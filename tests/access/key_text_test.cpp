#include "curt/access/key_text.hpp"

#include <algorithm>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "curt/base/digest.hpp"
#include "curt/base/random.hpp"

namespace {

using curt::KeyId;
using curt::SystemRandom;
using curt::access::make_key_text;
using curt::access::parse_key_text;

TEST(KeyText, IsAnIdAndASecretInBase62) {
  SystemRandom random;
  const auto key = make_key_text(random);
  const std::string text{key.text.view()};
  ASSERT_EQ(text.size(), 61U);
  EXPECT_EQ(text.substr(0, 5), "curt_");
  EXPECT_EQ(text.substr(5, 12), key.id.view());
  EXPECT_EQ(text[17], '_');
  EXPECT_TRUE(std::all_of(text.begin() + 18, text.end(), curt::is_base62));
  EXPECT_EQ(key.secret, curt::sha256(text.substr(18)));
}

TEST(KeyText, ComesBackAsTheSameParts) {
  SystemRandom random;
  const auto key = make_key_text(random);
  const auto parts = parse_key_text(key.text.view());
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->id, key.id);
  EXPECT_EQ(parts->secret, key.secret);
}

TEST(KeyText, KeepsTheIdOfARotatedKey) {
  SystemRandom random;
  const auto first = make_key_text(random);
  const auto second = make_key_text(first.id, random);
  EXPECT_EQ(second.id, first.id);
  EXPECT_NE(second.secret, first.secret);
}

TEST(KeyText, UsesEveryCharacterAboutEquallyOften) {
  SystemRandom random;
  std::array<int, 128> seen{};
  constexpr int kTexts = 2000;
  constexpr double kExpected = kTexts * 43.0 / 62;
  for (int i = 0; i < kTexts; ++i) {
    const auto key = make_key_text(random);
    for (const char c : key.text.view().substr(18)) ++seen.at(static_cast<unsigned char>(c));
  }
  // 1387 of each are expected, with a standard deviation of 37.
  for (int c = 0; c < 128; ++c) {
    if (!curt::is_base62(static_cast<char>(c))) continue;
    EXPECT_NEAR(seen.at(static_cast<std::size_t>(c)), kExpected, 300) << c;
  }
}

TEST(KeyText, IsNothingElse) {
  SystemRandom random;
  const auto key = make_key_text(random);
  const std::string text{key.text.view()};
  for (const std::string& wrong :
       {std::string{}, std::string{"curt_"}, text + "a", text.substr(0, 60), "Curt_" + text.substr(5),
        " " + text.substr(0, 60), text.substr(0, 17) + "-" + text.substr(18), text.substr(0, 60) + "-",
        text.substr(0, 60) + "\n", text.substr(0, 5) + "_" + text.substr(6)}) {
    EXPECT_FALSE(parse_key_text(wrong)) << wrong;
  }
}

TEST(KeyText, IsCutOffBeforeItsSecretWhereItDoesNotBelong) {
  SystemRandom random;
  const auto key = make_key_text(random);
  const std::string text{key.text.view()};
  const std::string shown = text.substr(0, 18);
  const std::string path = "/api/v1/keys/" + text + "/rotate";
  EXPECT_EQ(curt::access::before_secret(path), "/api/v1/keys/" + shown);
  const std::string twice = "curt_curt_" + text;
  EXPECT_EQ(curt::access::before_secret(twice), "curt_curt_" + shown);
  for (const std::string& other :
       {std::string{}, std::string{"/curt_"}, std::string{"/curt_life"}, text.substr(0, 60)}) {
    EXPECT_EQ(curt::access::before_secret(other), other);
  }
}

}  // namespace
