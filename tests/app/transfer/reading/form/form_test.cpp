#include "app/transfer/reading/form/form.hpp"

#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace curt::app {
namespace {

using testing::HasSubstr;

/// What is understood of the whole text, or why it is not.
std::string form_of(std::string_view text, const FormWishes& wishes = {}, bool whole = true) {
  const auto form = settle_form(text, whole, wishes);
  return form ? describe(*form) : "refused: " + form.error().detail;
}

Form settled(std::string_view text, const FormWishes& wishes = {}) {
  auto form = settle_form(text, true, wishes);
  EXPECT_TRUE(form) << form.error().detail;
  return form ? *std::move(form) : Form{};
}

TEST(SettleForm, TakesPlainUrls) {
  EXPECT_EQ(form_of("https://a.example\n"), "one URL a line\n");
  EXPECT_EQ(form_of("  https://a.example/x  \r\n\r\n# mine\r\n\"https://b.example/a,b\"\t\r\n"),
            "one URL a line\n");
  EXPECT_EQ(form_of("https://a.example\nmailto:a@example.com"), "one URL a line\n");
  EXPECT_THAT(form_of("https://b.example\nhttps://a.example/x;y\n"),
              HasSubstr("refused: line 2 begins with a URL and has semicolons in it"))
      << "one such line is enough for a broken link";
  EXPECT_EQ(form_of("https://git.example/?p=console-log.git;a=summary\n"), "one URL a line\n")
      << "no code has =";
  EXPECT_EQ(form_of("\"https://a.example/x,y\"\n"), "one URL a line\n") << "quotes tell where it ends";
}

TEST(SettleForm, TakesATextWithoutLinks) {
  for (const std::string_view text : {"", "\n\n", "# nothing\n", " \t", ",,,\n"}) {
    EXPECT_EQ(form_of(text), "one URL a line\n") << text;
  }
}

TEST(SettleForm, TakesAnyLineAsAUrlWhereTheUserSaysSo) {
  for (const std::string_view text :
       {"https://a.example,b\nhttps://c.example,d\n", "<a>\n", "code,url\n", "[x]\n"}) {
    EXPECT_EQ(form_of(text, {.columns = {}, .urls = true}), "one URL a line\n") << text;
  }
}

TEST(SettleForm, TakesTablesOfCodeUrlAndTitleWithoutNames) {
  EXPECT_EQ(form_of("a,https://a.example\n,https://b.example\n"),
            "a table with commas between its columns, without a line that names them\n"
            "  column 1: code\n  column 2: url\n");
  EXPECT_EQ(form_of("a;https://a.example;A title\nb;https://b.example;\n"),
            "a table with semicolons between its columns, without a line that names them\n"
            "  column 1: code\n  column 2: url\n  column 3: title\n");
  EXPECT_THAT(form_of("a\thttps://a.example\tSay \"hi\"\n"),
              HasSubstr("a table with tabs between its columns, "));
  EXPECT_THAT(form_of("a,\"https://a.example/x,y\"\nb,\"https://b.example\",\"Two\nlines\"\n"),
              HasSubstr("3: title"));
  EXPECT_THAT(form_of("grün,https://a.example\nv1.2,ftp://b.example"), HasSubstr("column 1: code\n"));
}

TEST(SettleForm, TakesAMissingTitleWhereThatCannotBeTheEndOfAUrl) {
  EXPECT_THAT(form_of("a,https://a.example\nb,https://b.example,A title\n"), HasSubstr("column 3: title"));
  EXPECT_THAT(form_of("a,https://a.example\nb,\"https://b.example\",Title\n"), HasSubstr("column 3: title"));
  EXPECT_THAT(form_of("a,https://a.example\nb,https://b.example,\n"), HasSubstr("column 3: title"));
  EXPECT_THAT(form_of("a\thttps://a.example\nb\thttps://b.example\tTitle\n"), HasSubstr("column 3: title"));
}

TEST(SettleForm, PassesOverWhatSheetsAdd) {
  const std::string two =
      "a table with semicolons between its columns\n  column 1 \"code\": code\n  column 2 \"url\": url\n";
  EXPECT_EQ(form_of("sep=;\r\ncode;url\r\na;https://a.example\r\n"), two);
  EXPECT_EQ(form_of(";\r\n;\r\ncode;url;;\r\na;https://a.example;;\r\n;;;\r\n"), two);
  EXPECT_THAT(form_of("a,https://a.example,,,\n,,,,\nb,https://b.example\n"), HasSubstr("column 3: title"));
}

TEST(SettleForm, JudgesNoRowThatIsCutOff) {
  EXPECT_EQ(form_of("https://a.example\nht", {}, false), "one URL a line\n");
  EXPECT_THAT(form_of("https://a.example\nht", {}, true), HasSubstr("refused: line 2 is neither"));
  EXPECT_THAT(form_of("a,https://a.example\nb,", {}, false), HasSubstr("column 1: code"));
  EXPECT_THAT(form_of("a,https://a.example\nb,\"https://b.example\",\"A\n title", {}, false),
              HasSubstr("column 1: code"));
}

TEST(SettleForm, TellsCurtsOwnLinesByTheirNames) {
  EXPECT_EQ(form_of(R"({"code":"a","url":"https://a.example","visits":{"humans":1,"bots":2}})"),
            "links as curt exports them, one JSON object a line\n");
  EXPECT_EQ(form_of(R"({"code":"a","url":"https://a.example","titel":"A"})"),
            "links as curt exports them, one JSON object a line\n")
      << "a misspelt name is a mistake, and its lines are rejected";
  EXPECT_EQ(form_of(R"({"keyword":"a","url":"https://a.example","ip":"192.0.2.1"})"),
            "one JSON object a line\n  \"keyword\": code\n  \"url\": url\n  left out: ip\n");
}

TEST(SettleForm, SaysWhereTheLinksOfADocumentAre) {
  EXPECT_EQ(form_of("{\"data\":[\n{\"target\":\"https://a.example\"}]}"),
            "JSON, whose links are the elements of data\n");
  EXPECT_EQ(form_of("[{\"target\":\"https://a.example\"}]\r", {}),
            "JSON, whose links are the elements of the document\n");
}

TEST(SettleForm, RefusesNumbersOfMembers) {
  const FormWishes wishes{.columns = {{Column::url, 2, ""}}};
  const std::string words =
      "refused: --map says url=2, and members of JSON have names, not numbers. Give the name instead: --map "
      "url=NAME";
  EXPECT_EQ(form_of("[{\"ziel\":\"https://a.example\"}]", wishes), words);
  EXPECT_EQ(form_of("{\"ziel\":\"https://a.example\"}\n", wishes), words);
  EXPECT_EQ(form_of("{\"ziel\":\"https://a.example\"}\n", {.columns = {{Column::url, 0, "ziel"}}}),
            "one JSON object a line\n  \"ziel\": url\n");
}

TEST(MeaningOfMember, IsAsTheUserChose) {
  const FormWishes wishes{.columns = {{Column::url, 0, "Ziel-URL"}, {Column::clicks, 0, ""}}};
  EXPECT_EQ(meaning_of_member("ziel_url", wishes)->column, Column::url);
  EXPECT_FALSE(meaning_of_member("target", wishes)) << "another one says it";
  EXPECT_FALSE(meaning_of_member("clicks", wishes)) << "none says it";
  EXPECT_EQ(meaning_of_member("slug", wishes)->column, Column::code);
  EXPECT_FALSE(meaning_of_member("ip", wishes));
}

TEST(IsOwnMember, KnowsTheLinksOfTheApi) {
  for (const std::string_view name :
       {"code", "url", "alias", "short_url", "visits.humans", "warnings", "version"}) {
    EXPECT_TRUE(is_own_member(name)) << name;
  }
  for (const std::string_view name : {"Code", "keyword", "clicks", "visits.unique", "password", ""}) {
    EXPECT_FALSE(is_own_member(name)) << name;
  }
}

TEST(IsNoRow, IsABlankOneACommentOrTheHeaderAgain) {
  const Form form = settled("code,url\na,https://a.example\n");
  for (const std::string_view record : {"", " ", ",", "sep=,", "# mine", "code,url"}) {
    EXPECT_TRUE(is_no_row(record, form)) << record;
  }
  EXPECT_FALSE(is_no_row("a,https://a.example", form));
  EXPECT_FALSE(is_no_row("Code,Url", form));
}

TEST(IsNoRow, LeavesTextThatBeginsWithANumberSign) {
  const Form form = settled("title,url,code\n#1 of all,https://a.example,a\n");
  EXPECT_FALSE(is_no_row("#1 of all,https://a.example,a", form));
  EXPECT_TRUE(is_no_row("# line 7: url is missing", form));
  EXPECT_TRUE(is_no_row("# it begins with x", form));
  EXPECT_TRUE(is_no_row(",,", form));
}

TEST(NamesLeftOut, AreThoseThatNoLinkHas) {
  EXPECT_EQ(names_left_out(settled("code,url,ip,,Owner\x1b\na,https://a.example,192.0.2.1,,x\n")),
            "ip, Owner\\u001b");
  EXPECT_EQ(names_left_out(settled("code,url,owner\na,https://a.example,x\n")), "") << "curt's own file";
  EXPECT_EQ(names_left_out(settled("code,url,owner,clicks\na,https://a.example,x,1\n")), "owner");
}

}  // namespace
}  // namespace curt::app
