#include "curt/domain/unicode/text_forms.hpp"

#include <string>

#include <gtest/gtest.h>

namespace curt::unicode {
namespace {

TEST(TextForms, ComposeWhatIsDecomposed) {
  EXPECT_EQ(in_form_c("e\u0301te\u0301"), "été");
  EXPECT_EQ(in_form_c("\u1112\u1161\u11AB"), "한");
  EXPECT_EQ(in_form_c("\u212A"), "K") << "the Kelvin sign";
  EXPECT_EQ(in_form_c("a\u0323\u0302"), in_form_c("a\u0302\u0323"));
  EXPECT_EQ(in_form_c("abc"), "abc");
  EXPECT_EQ(in_form_c(""), "");
  EXPECT_EQ(in_form_c("ﬁ"), "ﬁ") << "a ligature is only compatible with its letters";
}

TEST(TextForms, TellWhichTextIsComposed) {
  for (const char* text : {"", "abc", "été", "한국", "नमस्ते", "q\u0301"})
    EXPECT_TRUE(is_in_form_c(text)) << text;
  for (const char* text : {"e\u0301", "\u212A", "\u0958", "\u0344", "a\u0302\u0323"}) {
    EXPECT_FALSE(is_in_form_c(text)) << text;
  }
}

TEST(TextForms, AreOfUtf8Only) {
  for (const char* text : {"\xff", "a\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80"}) {
    EXPECT_FALSE(in_form_c(text)) << text;
    EXPECT_FALSE(is_in_form_c(text)) << text;
    EXPECT_EQ(folded(text), text);
  }
}

TEST(TextForms, AreMadeOfTextsOfAnyLength) {
  std::string decomposed;
  std::string composed;
  for (int i = 0; i < 5000; ++i) {
    decomposed += "e\u0301";
    composed += "é";
  }
  EXPECT_EQ(in_form_c(decomposed), composed);
  EXPECT_TRUE(is_in_form_c(composed));
  EXPECT_EQ(folded(composed + "É"), composed + "é");
}

TEST(TextForms, FoldCaseAndWidth) {
  EXPECT_EQ(folded("ＡＰＩ"), "api");
  EXPECT_EQ(folded("ſTATS"), "stats");
  EXPECT_EQ(folded("Été"), "été");
  EXPECT_EQ(folded(""), "");
}

}  // namespace
}  // namespace curt::unicode
