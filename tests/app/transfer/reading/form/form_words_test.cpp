#include "app/transfer/reading/form/form_words.hpp"

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace curt::app {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

TEST(IsUrl, JudgesByTheSchemeAndWhatComesAfterIt) {
  for (const std::string_view text :
       {"https://a.example", " HTTP://A.EXAMPLE/ ", "ftp://a.example", "web+app://x", "mailto:a@example.com",
        "TEL:+1", "javascript:alert(1)", "data:,x", "magnet:?xt=1"}) {
    EXPECT_TRUE(is_url(text)) << text;
  }
  for (const std::string_view text :
       {"", "https://", "a.example/x", "//a.example", "www.a.example", "note: this", "mailto:", "mailto: me",
        "10:30", "://a.example", "1https://a.example", "C:\\links", "ht tp://a.example"}) {
    EXPECT_FALSE(is_url(text)) << text;
  }
}

TEST(HasSecondUrl, LooksAfterCommasSemicolonsAndBars) {
  EXPECT_TRUE(has_second_url("https://bit.ly/promo,https://example.com/promo"));
  EXPECT_TRUE(has_second_url("https://bit.ly/x,y; https://example.com/"));
  EXPECT_TRUE(has_second_url("a|https://example.com/"));
  EXPECT_FALSE(has_second_url("https://example.com/x,y;z|w"));
  EXPECT_FALSE(has_second_url("https://archive.example/https://example.com/"));
}

TEST(Shown, IsPrintableAndNotLong) {
  EXPECT_EQ(shown("a\tb\x1b[2J\xff"), "a\\tb\\u001b[2J\xef\xbf\xbd");
  EXPECT_EQ(shown(std::string(100, 'x')), std::string(100, 'x'));
  EXPECT_EQ(shown(std::string(101, 'x')), std::string(100, 'x') + "…");
  EXPECT_EQ(shown(std::string(99, 'x') + "日本"), std::string(99, 'x') + "…") << "no character is cut in two";
}

TEST(NotUnderstood, ProposesAMapThatKeepsTheCodes) {
  const auto words = [](const std::vector<std::string>& fields) {
    return not_understood(1, fields, ';', "row").detail;
  };
  EXPECT_THAT(words({"promo", "https://a.example", "A title", "x"}), EndsWith("--map code=1,url=2"));
  EXPECT_THAT(words({"https://a.example", "promo"}), EndsWith("--map code=2,url=1"));
  EXPECT_THAT(words({"1", "https://s.example/x", "https://a.example"}), EndsWith("--map code=2,url=3"));
  EXPECT_THAT(words({"docs/intro", "https://a.example"}), EndsWith("--map code=1,url=2"));
  EXPECT_THAT(words({"A long title", "https://a.example"}), EndsWith("--map url=2"));
  EXPECT_THAT(words({"kurz", "ziel"}), EndsWith("--map code=1,url=2"));
}

TEST(NotUnderstood, SaysOfWhatKindTheFieldsAre) {
  EXPECT_THAT(not_understood(7, {"", "https://a.example", "promo", "a/b"}, '\t', "row").detail,
              HasSubstr("line 7 has 4 columns with tabs between (nothing, a URL, a word, text), and "));
  EXPECT_THAT(not_understood(1, std::vector<std::string>(9, "x"), ',', "row").detail,
              HasSubstr("a word, a word, …)"));
}

}  // namespace
}  // namespace curt::app
