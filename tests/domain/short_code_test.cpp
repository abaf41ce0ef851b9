#include "curt/domain/short_code.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <unordered_set>

#include <gtest/gtest.h>

namespace curt {
namespace {

constexpr std::string_view kMadeHere = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

TEST(ShortCode, HasLettersDigitsHyphenAndUnderscoreWhereItIsMadeHere) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text(1, static_cast<char>(byte));
    const bool allowed = kMadeHere.find(text) != std::string_view::npos;
    EXPECT_EQ(ShortCode::parse(text).has_value(), allowed) << byte;
    EXPECT_EQ(ShortCode::parse("a" + text + "z").has_value(), allowed) << byte;
  }
}

TEST(ShortCode, MayHaveADotAndATildeTooWhereItIsImported) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string text = "a" + std::string(1, static_cast<char>(byte)) + "z";
    const bool allowed = kMadeHere.find(text[1]) != std::string_view::npos || byte == '.' || byte == '~';
    EXPECT_EQ(ShortCode::is_valid(text), allowed) << byte;
    EXPECT_EQ(ShortCode::parse_imported(text).has_value(), allowed) << byte;
  }
  for (const char* text : {"~", "~x", ".x", "x.", "v1.2", "a.b.c", "..x", "-.-"}) {
    EXPECT_TRUE(ShortCode::is_valid(text)) << text;
    EXPECT_TRUE(ShortCode::parse_imported(text)) << text;
    EXPECT_FALSE(ShortCode::parse(text)) << text;
  }
}

TEST(ShortCode, IsNotOfDotsAlone) {
  for (std::size_t dots = 1; dots <= ShortCode::kMaxLength; ++dots) {
    EXPECT_FALSE(ShortCode::is_valid(std::string(dots, '.'))) << dots;
    EXPECT_FALSE(ShortCode::parse_imported(std::string(dots, '.'))) << dots;
  }
}

TEST(ShortCode, TakesOfAnImportExactlyWhatIsValidAndOfOneScript) {
  for (const std::string text : {"été", "Ελλάδα", "日本", "кампания", "سلام", "नमस्ते", "٣٤", "a", "é"}) {
    const auto code = ShortCode::parse_imported(text);
    ASSERT_TRUE(code) << text << ' ' << code.error().detail;
    EXPECT_EQ(code->view(), text);
    EXPECT_TRUE(ShortCode::is_valid(text)) << text;
    EXPECT_EQ(ShortCode::parse(text).has_value(), text == "a") << text;
  }
  EXPECT_TRUE(ShortCode::is_valid("pаypal")) << "with a Cyrillic a: what is stored is served";
  EXPECT_FALSE(ShortCode::parse_imported("pаypal"));
}

TEST(ShortCode, HasOneToSixtyFourCharacters) {
  EXPECT_FALSE(ShortCode::is_valid(""));
  EXPECT_TRUE(ShortCode::is_valid("a"));
  EXPECT_TRUE(ShortCode::is_valid(std::string(64, 'a')));
  EXPECT_FALSE(ShortCode::is_valid(std::string(65, 'a')));
}

TEST(ShortCode, GivesBackItsText) {
  EXPECT_EQ(ShortCode::parse("Summer_2026-sale")->view(), "Summer_2026-sale");
  const std::string longest(64, 'z');
  EXPECT_EQ(ShortCode::parse(longest)->view(), longest);
  EXPECT_EQ(ShortCode::from_valid("abc").view(), "abc");
  EXPECT_EQ(ShortCode{}.view(), "");
}

TEST(ShortCode, SaysWhatIsWrongWithAnAlias) {
  const auto message_of = [](std::string_view text) {
    const auto code = ShortCode::parse(text);
    EXPECT_FALSE(code);
    EXPECT_EQ(code.error().code, ErrorCode::invalid_value);
    EXPECT_EQ(code.error().fields.at(0).field, "alias");
    return code.error().fields.at(0).message;
  };
  EXPECT_EQ(message_of(""), "must not be empty");
  EXPECT_EQ(message_of(std::string(65, 'a')), "has 65 characters, at most 64 are allowed");
  EXPECT_EQ(message_of("a/b"), "may only contain letters A-Z and a-z, digits, '-' and '_'");
  EXPECT_EQ(message_of("a.b"), "may only contain letters A-Z and a-z, digits, '-' and '_'");
}

TEST(ShortCode, IsCaseSensitive) {
  EXPECT_NE(ShortCode::from_valid("abc"), ShortCode::from_valid("ABC"));
  EXPECT_EQ(ShortCode::from_valid("abc"), ShortCode::from_valid("abc"));
}

TEST(ShortCode, SortsByItsBytes) {
  EXPECT_LT(ShortCode::from_valid("Z"), ShortCode::from_valid("a"));
  EXPECT_LT(ShortCode::from_valid("a"), ShortCode::from_valid("aa"));
}

TEST(ShortCode, HasAHashThatNobodyCanTellFromOutside) {
  int told = 0;
  for (const char* code :
       {"a", "abc", "8h6m8rK", "a-long-code-of-a-campaign", "another-one-of-more-than-16"}) {
    told +=
        std::hash<ShortCode>{}(ShortCode::from_valid(code)) == std::hash<std::string_view>{}(code) ? 1 : 0;
  }
  EXPECT_EQ(told, 0);
}

TEST(ShortCode, IsOneKeyOfATableWhateverStoodInItsPlaceBefore) {
  ShortCode reused = ShortCode::from_valid("much-longer-than-the-other");
  reused = ShortCode::from_valid("abc");
  const std::unordered_set<ShortCode> codes{reused, ShortCode::from_valid("abc")};
  EXPECT_EQ(codes.size(), 1U);
}

}  // namespace
}  // namespace curt
