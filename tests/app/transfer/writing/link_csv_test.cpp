#include "app/transfer/writing/link_csv.hpp"

#include <algorithm>
#include <chrono>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace curt::app {
namespace {

using testing::EndsWith;
using testing::StartsWith;

constexpr Timestamp kMade{std::chrono::milliseconds{1'795'333'780'123}};

Link plain_link() {
  return {.code = ShortCode::from_valid("promo"),
          .target = TargetUrl::from_stored("https://example.com/"),
          .title = {},
          .tags = {},
          .settings = {},
          .created_at = kMade,
          .updated_at = kMade,
          .version = 1,
          .deleted_at = {},
          .spent = 0,
          .owner = {}};
}

std::string line_of(const Link& link, CsvUse use = CsvUse::to_move, visits::VisitTotals visits = {}) {
  std::string line;
  append_csv_line(line, link, visits, use);
  return line;
}

/// The beginning of the line up to what comes after the tags.
std::string texts_of(const Link& link, CsvUse use = CsvUse::to_move) {
  const std::string line = line_of(link, use);
  return line.substr(0, line.find(",302,"));
}

std::string tags_of(std::vector<std::string> tags) {
  Link link = plain_link();
  link.tags = std::move(tags);
  return texts_of(link).substr(std::string{"promo,https://example.com/,,"}.size());
}

TEST(LinkCsv, HasEveryColumnOfALink) {
  Link link = plain_link();
  link.title = "Spring";
  link.tags = {"poster", "spring"};
  link.settings.redirect_status = RedirectStatus::permanent_redirect;
  link.settings.forward_query = true;
  link.settings.enabled = false;
  link.settings.not_before = kMade + std::chrono::hours{1};
  link.settings.expires_at = kMade + std::chrono::milliseconds{86'400'877};
  link.settings.max_visits = 100;
  link.updated_at = kMade + std::chrono::milliseconds{1};
  link.version = 7;
  link.spent = 3;
  link.owner = KeyId::from_valid("0123456789Ab");
  std::string text;
  append_csv_header(text, CsvUse::to_move);
  append_csv_line(text, link, {.humans = 10, .bots = 7, .imported = 12}, CsvUse::to_move);
  EXPECT_EQ(text,
            "code,url,title,tags,redirect_status,forward_query,enabled,created_at,updated_at,not_before,"
            "expires_at,max_visits,spent,version,owner,humans,bots\n"
            "promo,https://example.com/,Spring,poster|spring,308,true,false,2026-11-22T07:49:40.123Z,"
            "2026-11-22T07:49:40.124Z,2026-11-22T08:49:40.123Z,2026-11-23T07:49:41Z,100,3,7,0123456789Ab,10,7"
            "\n");
}

TEST(LinkCsv, HasEmptyFieldsForWhatALinkHasNot) {
  EXPECT_EQ(line_of(plain_link()),
            "promo,https://example.com/,,,302,false,true,2026-11-22T07:49:40.123Z,2026-11-22T07:49:40.123Z,"
            ",,,,1,,0,0\n");
}

TEST(LinkCsv, SaysWhatWasSpentWhereThereIsOrWasALimit) {
  Link link = plain_link();
  link.settings.max_visits = 5;
  EXPECT_THAT(line_of(link), EndsWith(",5,0,1,,0,0\n"));
  link.spent = 4;
  link.settings.max_visits.reset();
  EXPECT_THAT(line_of(link), EndsWith(",,4,1,,0,0\n"));
}

TEST(LinkCsv, HasQuotesOnlyWhereTheyAreNeeded) {
  Link link = plain_link();
  link.title = "=Spring sale; it's";
  EXPECT_EQ(texts_of(link), "promo,https://example.com/,=Spring sale; it's,");
  link.title = "Spring, \"24\"";
  EXPECT_EQ(texts_of(link), R"(promo,https://example.com/,"Spring, ""24""",)");
  link.title = " blank ";
  EXPECT_EQ(texts_of(link), R"(promo,https://example.com/," blank ",)");
  link.title = {};
  link.target = TargetUrl::from_stored("https://example.com/a,b");
  EXPECT_EQ(texts_of(link), R"(promo,"https://example.com/a,b",,)");
}

TEST(LinkCsv, JoinsTagsUnlessThatCouldBeReadInAnotherWay) {
  EXPECT_EQ(tags_of({}), "");
  EXPECT_EQ(tags_of({"a b"}), "a b");
  EXPECT_EQ(tags_of({"a", "b-ü", "c"}), "a|b-ü|c");
  EXPECT_EQ(tags_of({"a", "b|c"}), R"("[""a"",""b|c""]")");
  EXPECT_EQ(tags_of({"a,b"}), R"("[""a,b""]")");
  EXPECT_EQ(tags_of({"a;b"}), R"("[""a;b""]")");
  EXPECT_EQ(tags_of({"[a]"}), R"("[""[a]""]")");
  EXPECT_EQ(tags_of({"\"a\""}), R"("""a""")");
  EXPECT_EQ(tags_of({"\"a\"", "b;"}), R"("[""\""a\"""",""b;""]")");
}

TEST(LinkCsv, DisarmsEveryTextForSpreadsheets) {
  Link link = plain_link();
  link.code = ShortCode::from_valid("-promo");
  link.title = "=HYPERLINK(\"https://evil.example/\",\"x\")";
  link.tags = {"@home", "b"};
  EXPECT_THAT(
      texts_of(link, CsvUse::to_look_at),
      "'-promo,https://example.com/,\"'=HYPERLINK(\"\"https://evil.example/\"\",\"\"x\"\")\",'@home|b");
  EXPECT_THAT(texts_of(link), StartsWith("-promo,https://example.com/,\"=HYPERLINK"));
}

TEST(LinkCsv, IsWrittenForSpreadsheetsAsTheyReadUtf8AndLineEnds) {
  std::string text;
  append_csv_header(text, CsvUse::to_look_at);
  EXPECT_THAT(text, StartsWith("\xef\xbb\xbf"
                               "code,url,title,tags,"));
  EXPECT_THAT(text, EndsWith(",humans,bots,for_spreadsheets\r\n"));
  const std::string line = line_of(plain_link(), CsvUse::to_look_at, {.humans = 2, .bots = 1});
  EXPECT_THAT(line, EndsWith(",1,,2,1,\r\n"));
  EXPECT_EQ(std::count(line.begin(), line.end(), ','), std::count(text.begin(), text.end(), ','));
}

}  // namespace
}  // namespace curt::app
