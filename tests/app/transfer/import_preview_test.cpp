#include "app/transfer/import_preview.hpp"

#include <chrono>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/manual_clock.hpp"

namespace curt::app {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;

std::string preview(const std::string& text, std::string domain = {}) {
  const test::ManualClock clock{Timestamp{1'795'333'780'123ms}};
  const links::LinkRules rules{{"stats"}, TargetUrl::from_stored("https://sho.rt/")};
  std::istringstream in{text};
  DecodedInput decoded{in};
  LinkReader reader{decoded, {}, {.domain = std::move(domain)}};
  EXPECT_TRUE(reader.open());
  std::ostringstream out;
  preview_import(reader, rules, clock, out);
  return out.str();
}

TEST(ImportPreview, ShowsWhatWasUnderstoodAndTheFirstLinks) {
  EXPECT_EQ(preview("code;url;title;tags;clicks;ip\n"
                    "a;https://A.example;\"Say \"\"hi\"\"\";x|y;1,234;::1\n"
                    ";https://b.example;;;;\n"),
            "a table with semicolons between its columns\n"
            "  column 1 \"code\": code\n  column 2 \"url\": url\n  column 3 \"title\": title\n  column 4 "
            "\"tags\": tags\n"
            "  column 5 \"clicks\": clicks\n  left out: ip\n"
            "first links:\n"
            "  line 2: a -> https://a.example/  \"Say \"hi\"\"  [x, y]  created 2026-11-22T07:49:40.123Z  "
            "1234 visits so "
            "far\n"
            "  line 3: a new code -> https://b.example/  created 2026-11-22T07:49:40.123Z\n"
            "2 links fit, 0 would be rejected; nothing was imported\n");
}

TEST(ImportPreview, ShowsWhenALinkServes) {
  EXPECT_THAT(
      preview("code,url,created_at,not_before,expires_at,enabled,max_visits,spent\n"
              "a,https://a.example,2024-05-01,2024-05-02,2024-05-03,false,10,3\n"),
      HasSubstr("  line 2: a -> https://a.example/  created 2024-05-01T00:00:00Z  from 2024-05-02T00:00:00Z  "
                "expires 2024-05-03T00:00:00Z  disabled  3 of 10 visits spent\n"));
}

TEST(ImportPreview, ShowsFiveLinksAndFiveThatWouldBeRejected) {
  std::string text = "code,url\n";
  for (char code = 'a'; code < 'a' + 7; ++code) {
    text += std::string{code} + ",https://a.example\n";
    text += std::string{code} + ",ftp://a.example\n";
  }
  const std::string words = preview(text);
  EXPECT_THAT(words, HasSubstr("  line 10: e -> "));
  EXPECT_THAT(words, testing::Not(HasSubstr("line 12:")));
  EXPECT_THAT(words, HasSubstr("would be rejected, the first of them:\n  line 3: url has the scheme ftp"));
  EXPECT_THAT(words, HasSubstr("  line 11: url has"));
  EXPECT_THAT(words, testing::Not(HasSubstr("line 13:")));
  EXPECT_THAT(words, EndsWith("\n7 links fit, 7 would be rejected; nothing was imported\n"));
}

TEST(ImportPreview, SaysWhyALinkWouldBeRejected) {
  EXPECT_EQ(preview("stats,https://a.example\n"),
            "a table with commas between its columns, without a line that names them\n"
            "  column 1: code\n  column 2: url\n"
            "would be rejected:\n  line 1: code \"stats\" is a reserved word\n"
            "0 links fit, 1 would be rejected; nothing was imported\n"
            "1 of those rejected has a code that is a reserved word\n");
}

TEST(ImportPreview, CountsLinksOfOtherDomains) {
  EXPECT_THAT(preview("short_url,long_url\ns.example/a,https://a.example\nt.example/b,https://b.example\n",
                      "s.example"),
              EndsWith("\n1 link fits, 0 would be rejected, 1 is of another domain; nothing was imported\n"));
  EXPECT_THAT(preview("short_url,long_url\ns.example/a,https://a.example\nt.example/b,https://b.example\n",
                      "u.example"),
              EndsWith("\n0 links fit, 0 would be rejected, 2 are of other domains; nothing was imported\n"));
}

TEST(ImportPreview, CountsReservedWords) {
  EXPECT_THAT(preview("code,url\nstats,https://a.example\nStats,https://b.example\nc,ftp://c.example\n"
                      "d,https://d.example\n"),
              EndsWith("\n1 link fits, 3 would be rejected; nothing was imported\n"
                       "2 of those rejected have a code that is a reserved word\n"));
}

TEST(ImportPreview, SaysThatNothingIsThere) {
  EXPECT_EQ(preview(""), "one URL a line\n0 links fit, 0 would be rejected; nothing was imported\n");
}

TEST(ImportPreview, ShowsNothingThatMovesATerminal) {
  EXPECT_THAT(preview("code,url,\x1b[31m\na,https://a.example\n"), HasSubstr("left out: \\u001b[31m\n"));
}

}  // namespace
}  // namespace curt::app
