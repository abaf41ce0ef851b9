#include "domain/unicode/invisible.hpp"

#include <string>

#include <gtest/gtest.h>

namespace curt::unicode {
namespace {

TEST(Invisible, IsTrimmedAtBothEnds) {
  for (const char* blank :
       {" ",      "\t",     "\n",     "\x01",   "\x7F",   "\u0085", "\u00A0", "\u00AD", "\u061C",
        "\u115F", "\u1680", "\u180E", "\u2000", "\u200A", "\u200B", "\u200C", "\u200D", "\u200E",
        "\u200F", "\u2028", "\u2029", "\u202A", "\u202E", "\u202F", "\u205F", "\u2060", "\u2064",
        "\u2066", "\u2069", "\u206F", "\u2800", "\u3000", "\u3164", "\uFEFF", "\uFFA0"}) {
    const std::string text = std::string{blank} + "a" + blank + "b" + blank;
    EXPECT_EQ(trim_invisible(text), std::string{"a"} + blank + "b") << text;
    EXPECT_EQ(trim_invisible(std::string{blank} + blank), "");
  }
  EXPECT_EQ(trim_invisible(std::string_view{"\0a\0", 3}), "a");
}

TEST(Invisible, IsNotWhatBelongsToTheCharacterBefore) {
  for (const char* text :
       {"❤\uFE0F", "🏴\U000E0067\U000E007F", "a\u0301", "a", "ü", "🙂", "\u2010", "\u2070", ""}) {
    EXPECT_EQ(trim_invisible(text), text);
  }
}

TEST(Invisible, IsNotWhatIsNoUtf8) {
  for (const char* text : {"\xFF", "a\xC2", "\x80", "a\x80\x80\x80\x80\x80", "\xE2\x80", "\xC0\x8B"}) {
    EXPECT_EQ(trim_invisible(text), text);
  }
  EXPECT_EQ(trim_invisible("\u200B\xFF\u200B"), "\xFF");
}

}  // namespace
}  // namespace curt::unicode
