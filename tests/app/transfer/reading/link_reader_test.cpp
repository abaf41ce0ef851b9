#include "app/transfer/reading/link_reader.hpp"

#include <cstddef>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/base/timestamp.hpp"

#include "support/app/packed.hpp"
#include "support/app/records_in_words.hpp"

namespace curt::app {
namespace {

using namespace std::string_literals;

using test::read;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST(LinkReader, ReadsTables) {
  EXPECT_THAT(
      read("code,url,title\r\na,https://a.example,\"A\r\ntitle\"\r\n\r\n# mine\r\nb,https://b.example\r\n"),
      ElementsAre("2: a -> https://a.example \"A title\"", "6: b -> https://b.example"));
  EXPECT_THAT(read("\xef\xbb\xbfURL;Short Code\r\nhttps://a.example/x,y;a\r\n"),
              ElementsAre("2: a -> https://a.example/x,y"));
  EXPECT_THAT(read("keyword\turl\na\thttps://a.example\n"), ElementsAre("2: a -> https://a.example"));
  EXPECT_THAT(read("\"code\",\"url\",\"title\"\n\"a\",\"https://a.example\",\"Say \\\"hi\\\", \\\\ all\"\n"),
              ElementsAre("2: a -> https://a.example \"Say \"hi\", \\ all\""));
}

TEST(LinkReader, ReadsPlainUrls) {
  EXPECT_THAT(
      read(" https://a.example/x \t\r\n\"https://b.example\"\nhttps://c.example"),
      ElementsAre("1: ? -> https://a.example/x", "2: ? -> https://b.example", "3: ? -> https://c.example"));
  EXPECT_THAT(read("Link\nhttps://a.example/x,y\n"), ElementsAre("2: ? -> https://a.example/x,y"));
}

TEST(LinkReader, RefusesALineOfTwoUrls) {
  const std::string words = "2: has a second URL; put quotes around both if they are one";
  EXPECT_THAT(read("url\nhttps://bit.ly/x,https://a.example\n\"https://cdn.example/a,https://b.example\"\n"),
              ElementsAre(words, "3: ? -> https://cdn.example/a,https://b.example"));
  EXPECT_THAT(read("https://bit.ly/x\nhttps://bit.ly/x,https://a.example\n", {.columns = {}, .urls = true}),
              ElementsAre("1: ? -> https://bit.ly/x", "2: ? -> https://bit.ly/x,https://a.example"));
}

TEST(LinkReader, RefusesALaterLineThatMayBeARow) {
  std::string text;
  while (text.size() <= kFormHead) text += "https://a.example/\n";
  const auto last = [&](const std::string& line) {
    return read(text + line + "\nhttps://z.example\n").end()[-2];
  };
  EXPECT_THAT(last("https://b.example,promo"),
              HasSubstr("may be a URL or the row of a table; put quotes around it"));
  EXPECT_THAT(last("https://b.example|promo"), HasSubstr("may be a URL or the row of a table"));
  EXPECT_THAT(last("https://bit.ly/b,https://b.example"), HasSubstr("has a second URL"));
  EXPECT_THAT(last("\"https://b.example/1,2\""), HasSubstr("? -> https://b.example/1,2"));
}

TEST(LinkReader, AsksWhichOfTwoIsTheCode) {
  EXPECT_THAT(read("code,slug,url\n301,a,https://a.example\n"),
              ElementsAre(HasSubstr(
                  "\"code\" and \"slug\" may both be the code. Say which one it is: --map code=NUMBER")));
  EXPECT_THAT(read("[{\"key\":\"a\",\"slug\":\"b\",\"url\":\"https://a.example\"}]"),
              ElementsAre(HasSubstr("Say which one it is: --map code=key")));
  EXPECT_THAT(read("[{\"key\":\"a\",\"slug\":\"b\",\"url\":\"https://a.example\"}]",
                   {.columns = {{Column::code, 0, "slug"}}}),
              ElementsAre("1: b -> https://a.example"));
}

TEST(LinkReader, TakesNothingForNothing) {
  EXPECT_THAT(read("code,url,title\nNULL,https://a.example,NULL\n\\N,https://b.example,\\N\n"),
              ElementsAre("2: ? -> https://a.example", "3: ? -> https://b.example"));
  EXPECT_THAT(read("code,url,title,version\nNULL,https://a.example,NULL,1\n"),
              ElementsAre("2: NULL -> https://a.example \"NULL\""))
      << "as curt exports them";
  EXPECT_THAT(read("{\"keyword\":\"NULL\",\"url\":\"https://a.example\"}\n"),
              ElementsAre("1: NULL -> https://a.example"))
      << "JSON has a null";
}

TEST(LinkReader, GivesNewCodesWhereTheUserWantsNoOthers) {
  const FormWishes wishes{.columns = {{Column::code, 0, ""}}};
  EXPECT_THAT(read("short_url,url\nhttps://s.example/a,https://a.example\n", wishes),
              ElementsAre("2: ? -> https://a.example"));
  EXPECT_THAT(read("[{\"shortUrl\":\"https://s.example/a\",\"url\":\"https://a.example\"}]", wishes),
              ElementsAre("1: ? -> https://a.example"));
  EXPECT_THAT(read("{\"a\":{\"url\":\"https://a.example\"}}", wishes),
              ElementsAre("1: ? -> https://a.example"));
}

TEST(LinkReader, TakesNoCodeWithASlashForAnotherDomain) {
  EXPECT_THAT(read("code,url\nsummer/sale,https://a.example\nhttps://else.where/b,https://b.example\n", {},
                   "s.example"),
              ElementsAre("2: summer/sale -> https://a.example", "3:"));
}

TEST(LinkReader, AsksWhetherANumberIsTheEndOfAUrl) {
  EXPECT_THAT(read("ber,https://maps.example/@52.5,13.4\nmuc,https://maps.example/@48.1,11.5\n"),
              ElementsAre(HasSubstr("line 1 has a number that may be a title or belong to the URL")));
}

TEST(LinkReader, PassesOverQuotesInComments) {
  EXPECT_THAT(read("code,url,title\n# it, \"x\na,https://a.example,y\nb,https://b.example,\"x\"\n"),
              ElementsAre("3: a -> https://a.example \"y\"", "4: b -> https://b.example \"x\""));
}

TEST(LinkReader, TakesANumberSignForTextWhereTextComesFirst) {
  EXPECT_THAT(read("title,url,code\n# line dance,https://a.example,a\n#1,https://b.example,b\n# line 4: x\n"),
              ElementsAre("2: a -> https://a.example \"# line dance\"", "3: b -> https://b.example \"#1\""));
}

TEST(LinkReader, TakesLoneQuotesBetweenTabsForText) {
  EXPECT_THAT(read("code\turl\ttitle\na\thttps://a.example\t\"Begin\nb\thttps://b.example\tend\"\n"
                   "c\thttps://c.example\t\"Two\nlines\"\n"),
              ElementsAre("2: a -> https://a.example \"\"Begin\"", "3: b -> https://b.example \"end\"\"",
                          "4: c -> https://c.example \"Two lines\""));
}

TEST(LinkReader, RefusesATextOfCommentsWhoseLinksComeLate) {
  EXPECT_THAT(read(std::string(kFormHead, '#') + "\ncode,url\na,https://a.example\n"),
              ElementsAre(HasSubstr("refused: its first 64 KiB are blank lines and comments")));
}

TEST(LinkReader, ReadsDatesAsItIsTold) {
  const auto day_of = [](DayOrder dates) {
    std::istringstream in{"code,url,created_at\na,https://a.example,05/06/2025\n"};
    DecodedInput decoded{in};
    LinkReader reader{decoded, {}, {.domain = "", .dates = dates}};
    EXPECT_TRUE(reader.open());
    const auto record = reader.next();
    return record->links.empty() ? record->refusal : to_rfc3339(*record->links.front().created_at);
  };
  EXPECT_EQ(day_of(DayOrder::day_first), "2025-06-05T00:00:00Z");
  EXPECT_EQ(day_of(DayOrder::month_first), "2025-05-06T00:00:00Z");
  EXPECT_THAT(day_of(DayOrder::unknown), HasSubstr("--dates"));
}

TEST(LinkReader, RefusesLaterRowsThatDoNotFit) {
  std::string text;
  std::size_t lines = 0;
  for (; text.size() <= kFormHead; ++lines) text += fmt::format("c{},https://a.example/{}\n", lines, lines);
  text +=
      "https://b.example,b\nb,https://maps.example/1,2\na,\nx,https://x.example,\n\"y,https://y.example\n";
  const auto records = read(text);
  ASSERT_THAT(records, SizeIs(lines + 5));
  EXPECT_THAT(
      (std::vector<std::string>{records.end() - 5, records.end()}),
      ElementsAre(
          fmt::format("{}: code is not in the short URL, which has no path", lines + 1),
          fmt::format("{}: has 3 columns, and 2 are known; put quotes around a field that holds one of "
                      "its commas",
                      lines + 2),
          fmt::format("{}: url is missing", lines + 3), fmt::format("{}: x -> https://x.example", lines + 4),
          fmt::format("{}: line has a quote that is not closed", lines + 5)));
}

TEST(LinkReader, SettlesTheFormByTheFirst64KiB) {
  const std::string row = "a,https://a.example\n";
  std::string text;
  while (text.size() + row.size() < kFormHead) text += row;
  text.insert(0, std::string(kFormHead - text.size() - 1, '#') + "\n");
  ASSERT_EQ(text.size(), kFormHead);
  const std::string misfit = "https://b.example,b,c,d\n";
  EXPECT_THAT(read(text + misfit).back(), HasSubstr("has 4 columns, and 2 are known")) << "past the 64 KiB";
  EXPECT_THAT(read(text.substr(1) + misfit).back(), HasSubstr("has 4 columns, and 2 are known"))
      << "cut off at its end";
  EXPECT_THAT(read(text.substr(misfit.size()) + misfit), ElementsAre(HasSubstr("refused: line ")))
      << "the last in it";
  EXPECT_THAT(read(text), testing::Not(testing::Contains(HasSubstr("refused")))) << "exactly as long";
}

TEST(LinkReader, TakesRowsThatAreTooShortAndEmptyColumnsThatAreTooMany) {
  EXPECT_THAT(
      read("code,url,title\na,https://a.example,,,\nb,https://b.example\nc\n,,,,\n\"\",\"\",\"\"\n"
           "d,https://d.example,D,x\n"),
      ElementsAre(
          "2: a -> https://a.example", "3: b -> https://b.example", "4: url is missing",
          "7: has 4 columns, and 3 are known; put quotes around a field that holds one of its commas"));
}

TEST(LinkReader, RefusesRecordsThatAreNoText) {
  const std::string endless(RawRecord::kMaxSize, 'x');
  EXPECT_THAT(read("code,url,title\na,https://a.example,\xff\nb\0,https://b.example,\nc,https://c.example,"s +
                   endless + "\nd,https://d.example,a\0b\n"s),
              ElementsAre(HasSubstr("2: is not valid UTF-8"), "3: b\0 -> https://b.example"s,
                          "4: is longer than 65536 bytes", "5: d -> https://d.example \"a b\""));
}

TEST(LinkReader, PassesOverTheHeaderAgain) {
  EXPECT_THAT(read("code,url\na,https://a.example\ncode,url\nb,https://b.example\n"),
              ElementsAre("2: a -> https://a.example", "4: b -> https://b.example"));
}

TEST(LinkReader, TakesTheUsersColumns) {
  EXPECT_THAT(read("ziel;kurz\nhttps://a.example;a\n",
                   {.columns = {{Column::url, 0, "Ziel"}, {Column::code, 2, ""}}}),
              ElementsAre("2: a -> https://a.example"));
  EXPECT_THAT(read("x,https://a.example,a\n", {.columns = {{Column::url, 2, ""}, {Column::code, 3, ""}}}),
              ElementsAre("1: a -> https://a.example"));
  EXPECT_THAT(read("[{\"ziel\":\"https://a.example\",\"url\":\"https://s.example/a\"}]",
                   {.columns = {{Column::url, 0, "ziel"}, {Column::short_url, 0, "url"}}}),
              ElementsAre("1: a -> https://a.example"));
}

TEST(LinkReader, LeavesOutLinksOfOtherDomains) {
  EXPECT_THAT(read("short_url,long_url\nhttps://s.example/a,https://a.example\nhttps://t.example/b,https://"
                   "b.example\n",
                   {}, "s.example"),
              ElementsAre("2: a -> https://a.example", "3:"));
}

TEST(LinkReader, GivesNothingOfAnEmptyText) {
  EXPECT_THAT(read(""), IsEmpty());
  EXPECT_THAT(read("\n# nothing\n\n"), IsEmpty());
  EXPECT_THAT(read("code,url\n"), IsEmpty());
}

TEST(LinkReader, SaysThatAFileIsDamagedNotThatItsLastLineIsOdd) {
  const std::string packed = test::gzip("https://a.example\nhttps://b.exam");
  EXPECT_THAT(read(packed.substr(0, packed.size() - 1)),
              ElementsAre("1: ? -> https://a.example", "failed: the gzip data ends in the middle"));
  const std::string cut = test::gzip("a,https://a.example\nb,ht");
  EXPECT_THAT(read(cut.substr(0, cut.size() - 1)),
              ElementsAre("1: a -> https://a.example", "failed: the gzip data ends in the middle"));
  EXPECT_THAT(read("PK\x03\x04zip"), ElementsAre(HasSubstr("unreadable: it is a ZIP archive")));
}

}  // namespace
}  // namespace curt::app
