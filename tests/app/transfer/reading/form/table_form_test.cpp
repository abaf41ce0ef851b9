#include "app/transfer/reading/form/table_form.hpp"

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace curt::app {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// What is understood of a table with names, nothing if they are none, or why it is refused.
std::string with_header(std::string_view text, const FormWishes& wishes = {}) {
  const auto form = form_with_header(text, true, wishes);
  if (!form) return "refused: " + form.error().detail;
  return *form ? describe(**form) : "";
}

std::string by_number(std::string_view text, const FormWishes& wishes) {
  const auto form = form_by_number(text, true, wishes);
  return form ? describe(*form) : "refused: " + form.error().detail;
}

const FormWishes kCodeAndUrl{.columns = {{Column::code, 1, ""}, {Column::url, 2, ""}}};

TEST(FormWithHeader, KnowsNamesInAnyOrderCaseAndSpelling) {
  const std::string words =
      "a table with commas between its columns\n  column 1 \"Long URL\": url\n  column 3 \"SHORT_CODE\": "
      "code\n"
      "  left out: ip\n";
  EXPECT_EQ(with_header("Long URL,ip,SHORT_CODE\nhttps://a.example,1,a\n"), words);
  EXPECT_THAT(with_header("\"long-url\" ,\"ip\",\"shortCode\"\r\n"), HasSubstr("column 1 \"long-url\": url"));
  EXPECT_THAT(with_header("LongURL;IP;Short Code\n"),
              HasSubstr("a table with semicolons between its columns\n"));
  EXPECT_THAT(with_header("long_url\tip\tshort_code\n"),
              HasSubstr("a table with tabs between its columns\n"));
}

TEST(FormWithHeader, KnowsNamesWithWhatCannotBeSeen) {
  EXPECT_THAT(with_header("\xef\xbb\xbf"
                          "code,Long\xc2\xa0URL\na,https://a.example\n"),
              HasSubstr("code\": code\n  column 2 "));
}

TEST(FormWithHeader, TakesTheSeparatorOfTheMostNames) {
  EXPECT_THAT(with_header("code;url;title, or what you like\n"), HasSubstr("with semicolons"));
  EXPECT_THAT(with_header("code,url,\"title;notes\"\n"), HasSubstr("with commas"));
}

TEST(FormWithHeader, IsNotThereWhereTheFirstRowHasNoNameOrAUrl) {
  EXPECT_EQ(with_header("kurz,ziel\na,https://a.example\n"), "");
  EXPECT_EQ(with_header("url,https://a.example\n"), "");
  EXPECT_EQ(with_header("https://a.example\nurl\n"), "");
  EXPECT_EQ(with_header("# code,url\n"), "");
}

TEST(FormWithHeader, TakesOneNamedColumnAsUrlsWithTheirCommas) {
  const auto form = form_with_header("Link\nhttps://a.example/x,y\n", true, {});
  ASSERT_TRUE(form && *form);
  EXPECT_EQ((*form)->kind, Form::Kind::urls);
  EXPECT_EQ((*form)->header, "Link");
}

TEST(FormWithHeader, TellsMySqlsBackslashesByTheRows) {
  const auto dialect = [](std::string_view text) {
    auto form = form_with_header(text, true, {});
    return form && *form ? (*form)->dialect : CsvDialect{'?', false};
  };
  EXPECT_EQ(dialect("code,url,title\n\"a\",\"https://a.example\",\"Say \\\"hi\\\", twice\"\n"),
            (CsvDialect{',', true}));
  EXPECT_EQ(dialect("code,url,title\n\"a\",\"https://a.example\",\"C:\\\"\n"), (CsvDialect{',', false}));
  EXPECT_EQ(dialect("code,url,title\na,https://a.example,\"Say \"\"hi\"\"\"\n"), (CsvDialect{',', false}));
}

TEST(FormWithHeader, TakesTheUsersWordForAName) {
  const FormWishes wishes{.columns = {{Column::code, 0, "Kürzel"}, {Column::url, 0, "ziel"}}};
  EXPECT_EQ(
      with_header("Kürzel;Ziel;Text\na;https://a.example;x\n", wishes),
      "a table with semicolons between its columns\n  column 1 \"Kürzel\": code\n  column 2 \"Ziel\": url\n"
      "  left out: Text\n");
}

TEST(FormByNumber, TakesTheSeparatorWithWhichUrlsStandWhereTheUserSays) {
  EXPECT_EQ(by_number("a,x;https://a.example;1\n", kCodeAndUrl),
            "a table with semicolons between its columns, without a line that names them\n"
            "  column 1: code\n  column 2: url\n");
  EXPECT_THAT(by_number("a\thttps://a.example/x,y\n", kCodeAndUrl), HasSubstr("with tabs"));
  EXPECT_THAT(by_number("\"a\",\"https://a.example\",\"Say \\\"hi\\\"\"\n", kCodeAndUrl),
              HasSubstr("with commas"));
}

TEST(FormByNumber, PassesOverNamesThatNobodyKnows) {
  const auto form = form_by_number("kurz,ziel\na,https://a.example\n", true, kCodeAndUrl);
  ASSERT_TRUE(form);
  EXPECT_EQ(form->header, "kurz,ziel");
}

TEST(FormByNumber, TakesNoRowForNamesThatMayBeALink) {
  for (const std::string_view text : {"a,a.example/x\nb,https://b.example\n", "a,\nb,https://b.example\n",
                                      "a\nb,https://b.example\n", "a,/x\nb,https://b.example\n"}) {
    const auto form = form_by_number(text, true, kCodeAndUrl);
    ASSERT_TRUE(form) << text;
    EXPECT_EQ(form->header, "") << text;
  }
}

TEST(FormByNumber, TakesColumnsThatTheFirstRowDoesNotHave) {
  const FormWishes wishes{.columns = {{Column::code, 1, ""}, {Column::url, 2, ""}, {Column::title, 4, ""}}};
  EXPECT_THAT(by_number("a,https://a.example\nb,https://b.example,1,B\n", wishes),
              HasSubstr("column 4: title"));
  EXPECT_EQ(by_number("a,https://a.example\nb,https://b.example,1\n", wishes),
            "refused: --map says title=4, and there are 2 columns");
}

TEST(FormByNumber, SaysWhatIsMissing) {
  EXPECT_EQ(
      by_number("a,https://a.example\n", {.columns = {{Column::code, 1, ""}}}),
      "refused: no line names the columns, and --map does not say where links lead. Add url=NUMBER to it");
  EXPECT_EQ(
      by_number("a,https://a.example\n", {.columns = {{Column::url, 0, ""}}}),
      "refused: no line names the columns, and --map does not say where links lead. Add url=NUMBER to it");
  EXPECT_EQ(by_number("a,https://a.example\n", {.columns = {{Column::url, 0, "ziel"}}}),
            "refused: no line names a column \"ziel\". Give its number instead, as in --map url=2");
  EXPECT_EQ(by_number("a,https://a.example\n", {.columns = {{Column::url, 3, ""}}}),
            "refused: no line has a URL in column 3. Look at --map");
  EXPECT_EQ(by_number("# nothing\n", kCodeAndUrl), "refused: no line has a URL in column 2. Look at --map");
  EXPECT_EQ(
      by_number("a,https://a.example\n", {.columns = {{Column::url, 2, ""}, {Column::code, 0, "kurz"}}}),
      "refused: --map says code=kurz, and no line names columns. Give the number instead: --map code=NUMBER");
}

TEST(FormByNumber, RefusesOneColumnForTwoThings) {
  EXPECT_EQ(by_number("a,https://a.example\n", {.columns = {{Column::code, 2, ""}, {Column::url, 2, ""}}}),
            "refused: --map takes column 2 for code and for url");
}

TEST(FormWithoutHeader, ExplainsTheRowThatDoesNotFit) {
  const auto refusal = [](std::string_view text) {
    const auto form = form_without_header(text, true);
    return form ? std::string{} : form.error().detail;
  };
  EXPECT_THAT(refusal("a;https://a.example\n\nb;https://b.example;B;1\n"),
              StartsWith("line 3 has 4 columns with semicol"));
  EXPECT_THAT(refusal("a,https://a.example\nb,\n"),
              StartsWith("line 2 has 2 columns with commas between (a word, noth"));
  EXPECT_THAT(refusal("a,https://a.example,https://b.example\n"),
              StartsWith("line 1 has 3 columns with commas"));
}

}  // namespace
}  // namespace curt::app
