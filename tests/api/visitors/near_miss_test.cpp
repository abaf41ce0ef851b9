#include "api/visitors/near_miss.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace curt::api {
namespace {

/// The code that is meant where no link has the one that is meant first; "" for none.
std::string meant_by(std::string_view path) {
  std::string code;
  for (auto near = near_miss(path); near; near = near_miss(near->text)) code = near->code.view();
  return code;
}

std::string encoded(std::string_view text) {
  std::string out;
  for (const char c : text) out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
  return out;
}

TEST(NearMiss, IsNoneWhereNothingIsLeftOut) {
  for (const char* path : {"plain", "v1.2", "%70lain", "x-", "été", "%C3%A9t%C3%A9", "e\u0301te\u0301"}) {
    EXPECT_FALSE(near_miss(path)) << path;
  }
}

TEST(NearMiss, IsTheCodeWithoutWhatStandsAroundItRawOrPercentEncodedOnceOrTwice) {
  for (const std::string after :
       {"/",      ".",      ")",      ",",      ";",          "!",      "'",      "\"",     ">",
        "]",      "*",      "|",      "\\",     " ",          "_",      "~",      ":",      "=",
        "\t",     "\r\n",   "\u00A0", "\u200B", "\uFEFF",     "\u2019", "\u201D", "\u00BB", "\u2026",
        "\u2014", "\u3002", "\u300D", "\uFF09", "\U0001F449", "\x94",   "\xa0"}) {
    const std::string once = encoded(after);
    std::string twice;
    for (const char c : once) twice += c == '%' ? std::string{"%25"} : std::string{c};
    for (const std::string& ending : {after, once, twice, after + "." + once, once + twice}) {
      const std::string path = "plain" + ending;
      EXPECT_EQ(meant_by(path), "plain") << ending;
      const auto near = near_miss(path);
      ASSERT_TRUE(near) << ending;
      EXPECT_EQ(near->query, "") << ending;
      EXPECT_FALSE(near->is_preview) << ending;
    }
  }
}

TEST(NearMiss, IsTheCodeWithoutWhatStandsBeforeIt) {
  for (const char* path :
       {"/plain", "//plain", "%22plain%22", "(plain)", "%20plain", "%E2%80%9Cplain%E2%80%9D", "<plain>",
        "*plain*", "%3Cplain%3E", "\u00A0plain", "%23plain", "&plain", "%2Fplain"}) {
    EXPECT_EQ(meant_by(path), "plain") << path;
  }
}

TEST(NearMiss, TakesACharacterThatIsCutOffForTheEndOfTheText) {
  for (const char* path : {"plain%", "plain%%", "plain%E2", "plain%E2%80", "plain%E2%80%", "plain\xe2\x80"}) {
    EXPECT_EQ(meant_by(path), "plain") << path;
  }
  EXPECT_EQ(meant_by("plain%zz"), "");
}

TEST(NearMiss, KeepsTheCodeAsItStandsInThePath) {
  const auto near = near_miss("(%C3%A9t%C3%A9%E2%80%9D");
  ASSERT_TRUE(near);
  EXPECT_EQ(near->text, "%C3%A9t%C3%A9");
  EXPECT_EQ(near->code.view(), "été");
  EXPECT_EQ(meant_by("e\u0301te\u0301\""), "été");
}

TEST(NearMiss, LeavesTheDotsAfterACodeForASecondTime) {
  const auto near = near_miss("etc.)");
  ASSERT_TRUE(near);
  EXPECT_EQ(near->text, "etc.");
  EXPECT_EQ(near->code.view(), "etc.");
  EXPECT_EQ(meant_by(near->text), "etc");
  EXPECT_FALSE(near_miss("etc"));
  EXPECT_EQ(meant_by("etc._~"), "etc");
  EXPECT_EQ(meant_by("etc" + std::string(100, '.')), "etc") << "which is too long for a code with its dots";
}

TEST(NearMiss, TakesWhatFollowsAnAmpersandForTheQuery) {
  struct Row {
    std::string_view path;
    std::string_view query;
  };
  for (const Row& row : std::vector<Row>{
           {"plain&utm_source=x", "utm_source=x"},
           {"plain&utm_source=x&b=%20c", "utm_source=x&b=%20c"},
           {"plain/&utm_source=x", "utm_source=x"},
           {"plain&url=https://example.com/a/b", "url=https://example.com/a/b"},
           {"plain&amp;utm_source=x", "utm_source=x"},
           {"plain%26utm_source=x", "utm_source=x"},
           {"plain%26utm_source%3Dx%26b%3Dc%2520d", "utm_source=x&b=c%20d"},
           {"plain%3Futm_source=x", "utm_source=x"},
           {"plain%3Futm_source%3Dx", "utm_source=x"},
           {"plain%253Futm_source%253Dx", "utm_source=x"},
           {"plain%3Fa=%zz", "a=%zz"},
           {"plain%3Fa=100%25", "a=100%25"},
           {"plain%3Fa=x%26y", "a=x%26y"},
           {"plain%3Fa%3Db%26c", "a=b&c"},
           {"plain%26a=x%26b=y", "a=x%26b=y"},
           {"plain%253Fa=x%2526y", "a=x%2526y"},
           {"plain%253Fa%3Dx%26y", "a=x&y"},
           {"plain%253Fa%253Dx%252526y", "a=x%26y"},
           {"plain%3F", ""},
           {"plain&", ""},
           {"plain&gt;", ""},
           {"plain&quot;.", ""},
           {"plain&#39;", ""},
           {"plain%23part", ""},
           {"plain%23part=1", ""},
       }) {
    const auto near = near_miss(row.path);
    ASSERT_TRUE(near) << row.path;
    EXPECT_EQ(near->code.view(), "plain") << row.path;
    EXPECT_EQ(near->query, row.query) << row.path;
  }
}

TEST(NearMiss, IsThePreviewWhereAPlusFollowsTheCode) {
  for (const char* path :
       {"plain+/", "plain+.", "plain.+)", "plain%2B", "plain+&a=b", "(plain+)", "plain++"}) {
    const auto near = near_miss(path);
    ASSERT_TRUE(near) << path;
    EXPECT_TRUE(near->is_preview) << path;
  }
  EXPECT_FALSE(near_miss("+plain")->is_preview);
  EXPECT_FALSE(near_miss("plain&a=b+c")->is_preview);
}

TEST(NearMiss, IsNoneWhereNoCodeIsLeft) {
  for (const char* path : {"",
                           "/",
                           "//",
                           ".",
                           "...",
                           "%",
                           "%22",
                           "\xff",
                           "%FF",
                           "%C0%AE",
                           "a/b",
                           "a/b/",
                           "a%2Fb.",
                           "a b",
                           "a%00b",
                           "a%20b)",
                           "api/v1/links&a=b",
                           "\u0301/",
                           "%F0%9F%94%A5",
                           "&a=b",
                           "+"}) {
    EXPECT_FALSE(near_miss(path)) << path;
  }
  EXPECT_FALSE(near_miss(std::string(65, 'x') + ")")) << "too long";
}

TEST(NearMiss, NeverMeansACodeWhosePathIsTheServices) {
  for (const char* path : {"docs/", "/docs", "docs.", "health)", "//health", "metrics/", "robots.txt.",
                           "shorten/", "openapi.json,", "favicon.ico/", "%22docs%22", "docs&a=b"}) {
    EXPECT_FALSE(near_miss(path)) << path;
  }
}

TEST(NearMiss, TakesTheLongestCodePercentEncodedAndNoPathThatIsMuchLonger) {
  std::string longest;
  while (longest.size() < 64) longest += "é";
  EXPECT_EQ(meant_by("%2522" + encoded(longest) + "%25E2%2580%259D."), longest);
  EXPECT_EQ(meant_by("plain" + std::string(kLongestNearMiss - 5, ')')), "plain");
  for (const std::string stray : {"/", ")", "%22", "%E2%80%9D", "%25E2%2580%259D", "%%32%32", "%"}) {
    std::string long_text;
    while (long_text.size() < kLongestNearMiss) long_text += stray;
    EXPECT_FALSE(near_miss("plain" + long_text)) << stray;
    EXPECT_FALSE(near_miss("plain" + long_text + "&a=b")) << stray;
    EXPECT_FALSE(near_miss(long_text + "plain")) << stray;
  }
}

TEST(NearMiss, TakesAQueryOfTheLongestTarget) {
  const std::string value(8000, 'x');
  for (const char* mark : {"&", "%3F", "%253F"}) {
    const auto near = near_miss(std::string{"plain"} + mark + "a=" + value);
    ASSERT_TRUE(near) << mark;
    EXPECT_EQ(near->query, "a=" + value) << mark;
  }
}

TEST(NearMiss, TellsWhereTheQueryBeginsInAPath) {
  struct Row {
    std::string_view path;
    std::string_view before;
  };
  for (const Row& row : std::vector<Row>{
           {"/sale", "/sale"},
           {"/", "/"},
           {"", ""},
           {"/sale&utm_source=x&email=a@b", "/sale"},
           {"/sale/&email=a@b", "/sale/"},
           {"/sale%3Ftoken%3Dx", "/sale"},
           {"/sale%253Ftoken%253Dx", "/sale"},
           {"/sale%%33%46token=x", "/sale"},
           {"/sale%%33Ftoken=x", "/sale"},
           {"/sale%25%32%36token=x", "/sale"},
           {"/sale%26token=x", "/sale"},
           {"/sale%23token=x", "/sale"},
           {"/%C3%A9t%C3%A9%3Ftoken=x", "/%C3%A9t%C3%A9"},
           {"/%22sale%22", "/%22sale%22"},
           {"/&sale&token=x", "/"},
           {"/%3Ftoken=x", "/"},
           {"/&token=x", "/"},
           {"/%26token=x", "/"},
           {"/-%26token=x", "/-"},
           {"/-%2523token=x", "/-"},
           {"%3Ftoken=x", ""},
           {"/sale%", "/sale%"},
           {"/sale%3", "/sale%3"},
           {"/api/v1/links/a%3Ftoken=x", "/api/v1/links/a"},
       }) {
    EXPECT_EQ(before_query_in_path(row.path), row.before) << row.path;
  }
  const std::string path = "/" + std::string(4000, 'x');
  EXPECT_EQ(before_query_in_path(path + "%3Ftoken=x"), path) << "also where it is too long for a near miss";
}

}  // namespace
}  // namespace curt::api
