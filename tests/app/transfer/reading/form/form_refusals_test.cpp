#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "app/transfer/reading/form/form.hpp"

// Texts that are refused whole, before anything is written, and the words that they get.

namespace curt::app {
namespace {

struct Refused {
  std::string_view name;
  std::string_view text;
  std::string_view words;
};

constexpr Refused kRefused[] = {
    {"ShortAndLongUrl",
     "https://bit.ly/promo,https://example.com/promo\nhttps://bit.ly/b,https://example.com/b\n",
     "line 1 has 2 columns with commas between (a URL, a URL), and which is which cannot be told: "
     "https://bit.ly/promo,https://example.com/promo. Put a line with their names above it, such as "
     "code,url,title, or "
     "say it: --map code=1,url=2"},
    {"ShlinkWithoutItsHeader",
     "\"2024-05-01T10:00:00+02:00\",\"s.example\",\"sale\",\"https://s.example/sale\",\"https://"
     "a.example\",\"Sale\"\n",
     "line 1 has 6 columns with commas between (text, a word, a word, a URL, a URL, a word), and which is "
     "which cannot be "
     "told: "
     "\"2024-05-01T10:00:00+02:00\",\"s.example\",\"sale\",\"https://s.example/sale\",\"https://"
     "a.example\",\"Sale\". "
     "Put a line with their names above it, such as code,url,title, or say it: --map code=4,url=5"},
    {"YourlsWithoutItsHeader", "ozh;http://ozh.org;ozh.org;2019-02-01 08:00:01;192.0.2.10;0\n",
     "line 1 has 6 columns with semicolons between (a word, a URL, a word, text, a word, a word), and which "
     "is which "
     "cannot be told: ozh;http://ozh.org;ozh.org;2019-02-01 08:00:01;192.0.2.10;0. Put a line with their "
     "names above it, "
     "such as code,url,title, or say it: --map code=1,url=2"},
    {"CodeAfterUrl", "https://a.example,promo\nhttps://b.example,sale\n",
     "line 1 begins with a URL and has commas in it, so that it may be a URL or the row of a table: "
     "https://a.example,promo. Say --urls if each line is one URL, or what the columns are, such as --map "
     "url=1,code=2 or "
     "--map url=1,title=2"},
    {"CodeAfterUrlWithMoreInSomeRows", "https://a.example;promo\nhttps://b.example;sale;Sale\n",
     "line 1 begins with a URL and has semicolons in it, so that it may be a URL or the row of a "
     "table: "
     "https://a.example;promo. Say --urls if each line is one URL, or what the columns are, such as --map "
     "url=1,code=2 or "
     "--map url=1,title=2"},
    {"CodeAfterUrlWithTabs", "https://a.example\tpromo\n",
     "line 1 has 2 columns with tabs between (a URL, a word), and which is which cannot be told: "
     "https://a.example\\tpromo. Put a line with their names above it, such as code,url,title, or say it: "
     "--map "
     "code=2,url=1"},
    {"CodeAfterUrlInOneRow", "promo,https://a.example\nhttps://b.example,sale\n",
     "line 2 has 2 columns with commas between (a URL, a word), and which is which cannot be told: "
     "https://b.example,sale. Put a line with their names above it, such as code,url,title, or say it: --map "
     "code=2,url=1"},
    {"UnknownNames", "Kürzel;Ziel\npromo;https://a.example\n",
     "line 1 has 2 columns with semicolons between (a word, a word), and which is which cannot be told: "
     "Kürzel;Ziel. Put "
     "a line with their names above it, such as code,url,title, or say it: --map code=1,url=2"},
    {"NamesWithoutATarget", "\n# mine\nCode,Title,Clicks\npromo,Promo,12\n",
     "line 3 names columns: the columns are Code, Title, Clicks, and none of them is known to say where "
     "links lead. Say "
     "it: --map url=NUMBER"},
    {"OneNameTwice", "code,url,URL\npromo,https://a.example,https://b.example\n",
     "line 1 names columns: two columns are named \"URL\". Say which one it is: --map url=NUMBER"},
    {"TwoNamesOfATarget", "code,destination,target\npromo,https://a.example,https://b.example\n",
     "line 1 names columns: \"destination\" and \"target\" may both say where links lead. Say which one it "
     "is: --map "
     "url=NUMBER"},
    {"CodesUnderAnUnknownName", "kurz,url\npromo,https://a.example\nsale,https://b.example\n",
     "nothing is known to hold codes, and \"kurz\" looks as if it did: promo. Say --map code=1 if it does, "
     "or --map "
     "code=none to give all links new codes"},
    {"FourColumns", "promo,https://a.example,Promo,12\n",
     "line 1 has 4 columns with commas between (a word, a URL, a word, a word), and which is which cannot be "
     "told: "
     "promo,https://a.example,Promo,12. Put a line with their names above it, such as code,url,title, or say "
     "it: --map "
     "code=1,url=2"},
    {"CodesThatAreNone", "docs/intro,https://a.example\n",
     "line 1 has 2 columns with commas between (text, a URL), and which is which cannot be told: "
     "docs/intro,https://a.example. Put a line with their names above it, such as code,url,title, or say it: "
     "--map "
     "code=1,url=2"},
    {"NoUrls", "promo,Promo\nsale,Sale\n",
     "line 1 has 2 columns with commas between (a word, a word), and which is which cannot be told: "
     "promo,Promo. Put a "
     "line with their names above it, such as code,url,title, or say it: --map code=1,url=2"},
    {"CommasInUrlsWithoutQuotes", "promo,https://a.example\nmap,https://maps.example/@48.1,11.5\n",
     "line 1 has two columns and line 2 has three, so that what comes last may be a title or belong to the "
     "URL: "
     "map,https://maps.example/@48.1,11.5. Put quotes around the URL if it does, or a line with the names "
     "above the first: "
     "code,url,title"},
    {"ARowAmongUrls", "https://a.example\nhttps://b.example\npromo,https://c.example\n",
     "line 3 has 2 columns with commas between (a word, a URL), and which is which cannot be told: "
     "promo,https://c.example. Put a line with their names above it, such as code,url,title, or say it: "
     "--map "
     "code=1,url=2"},
    {"TextAmongUrls", "https://a.example\nand more of them\n",
     "line 2 is neither a URL with its https:// nor the row of a table with commas, semicolons or tabs: and "
     "more of them. "
     "Put # before it if it holds no link, or say --urls to have such lines rejected one by one"},
    {"UrlsUnderAnUnknownName", "Links\nhttps://a.example\n",
     "line 1 is neither a URL with its https:// nor the row of a table with commas, semicolons or tabs: "
     "Links. Write url "
     "there if it names the column. Put # before it if it holds no link, or say --urls to have such lines "
     "rejected one by "
     "one"},
    {"AddressesWithoutAScheme", "a.example/x\nb.example/y\n",
     "line 1 is neither a URL with its https:// nor the row of a table with commas, semicolons or tabs: "
     "a.example/x. Write "
     "url there if it names the column. Put # before it if it holds no link, or say --urls to have such "
     "lines rejected one "
     "by one"},
    {"BarsBetween", "promo|https://a.example|Promo\n",
     "line 1 is neither a URL with its https:// nor the row of a table with commas, semicolons or tabs: "
     "promo|https://a.example|Promo. Write url there if it names the column. Put # before it if it holds no "
     "link, or say "
     "--urls to have such lines rejected one by one"},
    {"BlanksBetween", "promo  https://a.example\n",
     "line 1 is neither a URL with its https:// nor the row of a table with commas, semicolons or tabs: "
     "promo  "
     "https://a.example. Write url there if it names the column. Put # before it if it holds no link, or say "
     "--urls to "
     "have such lines rejected one by one"},
    {"QuotesOfNoTable", "promo,https://a.example,The \"best\" one\n",
     "line 1 has quotes that are not those of a table: promo,https://a.example,The \"best\" one. Quotes "
     "stand around a "
     "whole field, and one inside is doubled"},
    {"LinesOfOldMacintoshes", "code,url\rpromo,https://a.example\r",
     "its lines end with CR alone, as on old Macintoshes. Save it with LF or CRLF"},
    {"ExportForSpreadsheets",
     "\xef\xbb\xbf"
     "code,url,title,for_spreadsheets\r\npromo,https://a.example,'=1+1,\r\n",
     "it was written by curt export --for-spreadsheets, to be looked at: its texts are changed. Export again "
     "without "
     "that"},
    {"Sql", "-- MySQL dump 10.13\nINSERT INTO `yourls_url` VALUES ('a','https://a.example');\n",
     "it is SQL: export the table of links as CSV instead"},
    {"Html", "<!DOCTYPE html>\n<html><body>Log in</body></html>\n",
     "it is HTML: export the links as CSV or JSON instead"},
    {"Xml", "<?xml version=\"1.0\"?>\n<links/>\n", "it is XML, which curt does not read"},
    {"JsonThatIsAnAnswerOfRefusal", "{\"error\":\"unauthorized\",\"status\":401}\n",
     "the document that begins in line 1 is an object of error, status, and none of these is a list of "
     "objects that have "
     "a URL"},
    {"JsonOfUrlsAlone", "[\"https://a.example\"]\n",
     "the document that begins in line 1 is an array without an object that has a URL"},
};

class FormRefusals : public testing::TestWithParam<Refused> {};

TEST_P(FormRefusals, SayWhatWasSeenAndWhatToDo) {
  const auto form = settle_form(GetParam().text, true, {});
  ASSERT_FALSE(form) << describe(*form);
  EXPECT_EQ(form.error().code, ErrorCode::invalid_value);
  EXPECT_EQ(form.error().detail, GetParam().words);
}

TEST_P(FormRefusals, AreTheSameForALongTextThatBeginsLikeThat) {
  const auto form = settle_form(GetParam().text, false, {});
  ASSERT_FALSE(form) << describe(*form);
  EXPECT_EQ(form.error().detail, GetParam().words);
}

INSTANTIATE_TEST_SUITE_P(All, FormRefusals, testing::ValuesIn(kRefused),
                         [](const auto& refused) { return std::string{refused.param.name}; });

}  // namespace
}  // namespace curt::app
