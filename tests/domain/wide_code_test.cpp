#include "domain/wide_code.hpp"

#include <string>

#include <gtest/gtest.h>

#include "curt/domain/short_code.hpp"

namespace curt {
namespace {

TEST(WideCode, IsOfLettersMarksAndDigitsOfAnyScript) {
  for (const std::string text :
       {"été", "Ελλάδα", "日本", "кампания", "Їжак", "ひらがなカタカナ漢字", "漢字한글", "ㄅㄆ漢字", "한국어",
        "नमस्ते", "สวัสดี", "سلام", "שלום", "русь-2026", "été_2.0~b", "q\u0301", "𐐀𐐁", "ⵣ", "٣٤"}) {
    EXPECT_TRUE(is_wide_code(text)) << text;
    EXPECT_EQ(objection_to_code(text).value_or(""), "") << text;
  }
}

TEST(WideCode, HasSixtyFourBytesAtMost) {
  std::string longest;
  while (longest.size() < ShortCode::kMaxLength) longest += "é";
  EXPECT_EQ(objection_to_code(longest), std::nullopt);
  EXPECT_TRUE(ShortCode::is_valid(longest));
  EXPECT_EQ(objection_to_code(longest + "x"), "has 65 bytes, at most 64 are allowed");
  EXPECT_EQ(objection_to_code(longest + "é"), "has 66 bytes, at most 64 are allowed");
  EXPECT_FALSE(ShortCode::is_valid(longest + "x"));
  EXPECT_EQ(objection_to_code(""), "must not be empty");
}

TEST(WideCode, SaysWhichCharacterIsWrongAndWhere) {
  EXPECT_EQ(objection_to_code("a/b"),
            "has \"/\" (U+002F) at place 2, which is none of letters, digits and - _ . ~");
  EXPECT_EQ(objection_to_code("%61pi"),
            "has \"%\" (U+0025) at place 1, which is none of letters, digits and - _ . ~");
  EXPECT_EQ(objection_to_code("été chaud"),
            "has U+0020 at place 4, which is none of letters, digits and - _ . ~");
  EXPECT_EQ(objection_to_code("é€"),
            "has \"€\" (U+20AC) at place 2, which is no letter, mark or decimal digit of Unicode 14.0");
  EXPECT_EQ(
      objection_to_code("sale\U0001F525"),
      "has \"\U0001F525\" (U+1F525) at place 5, which is no letter, mark or decimal digit of Unicode 14.0");
  EXPECT_EQ(objection_to_code("a\u009bz"),
            "has U+009B at place 2, which is no letter, mark or decimal digit of Unicode 14.0");
  EXPECT_EQ(objection_to_code("می\u200cخواهم"), "has U+200C at place 3, which is invisible");
  for (const char* text :
       {"a/b", "%61pi", "été chaud", "é€", "sale\U0001F525", "a\u009bz", "می\u200cخواهم"}) {
    EXPECT_FALSE(ShortCode::is_valid(text)) << text;
  }
}

TEST(WideCode, DoesNotBeginWithAMarkThatWouldJoinTheSlash) {
  EXPECT_EQ(objection_to_code("\u0338x"),
            "begins with the mark U+0338, which would join the slash before it");
  EXPECT_FALSE(is_wide_code("\u0338x"));
  EXPECT_TRUE(is_wide_code("x\u0338"));
}

TEST(WideCode, IsInNormalizationFormC) {
  EXPECT_EQ(objection_to_code("e\u0301te\u0301"), "is not in normalization form C, in which it is \"été\"");
  EXPECT_EQ(objection_to_code("\u212Aeys"), "is not in normalization form C, in which it is \"Keys\"");
  EXPECT_FALSE(is_wide_code("e\u0301te\u0301"));
  EXPECT_FALSE(is_wide_code("\u212Aeys"));
}

TEST(WideCode, IsUtf8) {
  EXPECT_EQ(objection_to_code("ab\xe9z"), "is not UTF-8: its byte 3 (0xE9) begins no character");
  EXPECT_EQ(objection_to_code("é\xc0\xaf"), "is not UTF-8: its byte 3 (0xC0) begins no character");
  for (const char* text :
       {"ab\xe9", "\xc0\xaf", "\xe0\x80\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xff"}) {
    EXPECT_FALSE(is_wide_code(text)) << text;
    EXPECT_TRUE(objection_to_code(text).value_or("").starts_with("is not UTF-8")) << text;
  }
}

TEST(WideCode, IsNothingThatPathsHaveAMeaningFor) {
  EXPECT_EQ(objection_to_code("sale+"), "ends in \"+\", by which visitors ask for the preview of a link");
  EXPECT_EQ(objection_to_code("a+b"),
            "has \"+\" (U+002B) at place 2, which is none of letters, digits and - _ . ~");
  for (const char* dots : {".", "..", "...."}) {
    EXPECT_EQ(objection_to_code(dots), "is of dots alone, which stand for folders in a URL") << dots;
  }
}

TEST(WideCode, IsOfOneScriptWhenItIsImported) {
  EXPECT_EQ(objection_to_code("pаypal"),
            "mixes scripts: \"p\" (U+0070) at place 1 is Latin, \"а\" (U+0430) at place 2 is Cyrillic");
  EXPECT_EQ(objection_to_code("7-日本abc"),
            "mixes scripts: \"本\" (U+672C) at place 4 is Han, \"a\" (U+0061) at place 5 is Latin");
  EXPECT_EQ(objection_to_code("漢カ한"),
            "mixes scripts: \"カ\" (U+30AB) at place 2 is Katakana, \"한\" (U+D55C) at place 3 is Hangul");
  EXPECT_EQ(objection_to_code("жω"),
            "mixes scripts: \"ж\" (U+0436) at place 1 is Cyrillic, \"ω\" (U+03C9) at place 2 is Greek");
  EXPECT_EQ(objection_to_code("1\u0661"), std::nullopt) << "digits of ASCII go with every script";
  EXPECT_NE(objection_to_code("a\u0661"), std::nullopt) << "those of Arabic do not";
}

TEST(WideCode, IsServedWhateverItsScriptsAre) {
  for (const char* text : {"pаypal", "日本abc", "жω"}) {
    EXPECT_TRUE(is_wide_code(text)) << text;
    EXPECT_TRUE(ShortCode::is_valid(text)) << text;
  }
}

}  // namespace
}  // namespace curt
