#include "app/transfer/link_lines.hpp"

#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/api/links/link_json.hpp"
#include "curt/api/routes.hpp"

namespace curt::app {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

constexpr Timestamp kNow{1'795'333'780'123ms};

const links::LinkRules& rules() {
  static const links::LinkRules rules{api::reserved_words(), TargetUrl::from_stored("https://sho.rt/")};
  return rules;
}

/// What the line asks for; a line that is refused or holds no link fails the test.
LinkLine read(std::string_view line) {
  const auto read = read_link_line(line);
  if (read && *read) return **read;
  ADD_FAILURE() << line << ": " << (read ? "no link" : reason_of(read.error()));
  return {};
}

/// Code and URL and title as the line has them, with a bar between; "-" for none.
std::string parts(std::string_view line) {
  const LinkLine link = read(line);
  return link.draft.alias.value_or("-") + '|' + link.draft.url + '|' + link.draft.title.value_or("-");
}

/// Why the line cannot become a row; empty if it can.
std::string reason(std::string_view line) {
  const auto read = read_link_line(line);
  if (!read) return reason_of(read.error());
  if (!*read) return "no link";
  const auto row = to_import_row(**read, rules(), kNow);
  return row ? "" : reason_of(row.error());
}

links::ImportRow row(std::string_view line) {
  auto row = to_import_row(read(line), rules(), kNow);
  if (row) return *row;
  throw std::runtime_error{reason_of(row.error())};
}

Link as_link(const links::ImportRow& row) {
  const links::NewLink& link = row.link;
  return as_stored(link);
}

TEST(LinkLines, TakeALineThatBeginsWithASchemeAsAUrlWithAllItsCommas) {
  EXPECT_EQ(parts("https://example.com/"), "-|https://example.com/|-");
  EXPECT_EQ(parts("https://example.com/a,b,\"c\",d"), "-|https://example.com/a,b,\"c\",d|-");
  EXPECT_EQ(parts("  HTTP://example.com/#x \t"), "-|HTTP://example.com/#x|-");
  EXPECT_EQ(parts("mailto:a,b"), "-|mailto:a,b|-");
  EXPECT_EQ(parts("1http://example.com/a,b"), "-|1http://example.com/a,b|-");
  EXPECT_EQ(parts("https:example.com,x"), "-|https:example.com,x|-");
}

TEST(LinkLines, TakeABareQuotedUrl) {
  EXPECT_EQ(parts("\"https://example.com/a,b\""), "-|https://example.com/a,b|-");
  EXPECT_EQ(parts("\"https://example.com/?q=\"\"x\"\"\" "), "-|https://example.com/?q=\"x\"|-");
}

TEST(LinkLines, ReadCsvWithAndWithoutATitle) {
  EXPECT_EQ(parts("promo,https://example.com/"), "promo|https://example.com/|-");
  EXPECT_EQ(parts("promo,https://example.com/,Spring"), "promo|https://example.com/|Spring");
  EXPECT_EQ(parts("promo,https://example.com/,"), "promo|https://example.com/|");
  EXPECT_EQ(parts(R"("promo","https://example.com/a,b","Spring, ""24""")"),
            "promo|https://example.com/a,b|Spring, \"24\"");
}

TEST(LinkLines, ReadAnEmptyCodeAsAWishForAGeneratedOne) {
  EXPECT_EQ(parts(",https://example.com/,Spring"), "-|https://example.com/|Spring");
  EXPECT_EQ(parts("\"\",https://example.com/"), "-|https://example.com/|-");
  EXPECT_EQ(row(",https://example.com/").code_source, links::CodeSource::generated);
  EXPECT_EQ(row("promo,https://example.com/").code_source, links::CodeSource::alias);
}

TEST(LinkLines, TrimBlanksAroundCsvFieldsButNotInsideQuotes) {
  EXPECT_EQ(parts("promo , https://example.com/ ,\tSpring sale "), "promo|https://example.com/|Spring sale");
  EXPECT_EQ(parts("promo, \"https://example.com/\" , \" Spring \" "), "promo|https://example.com/| Spring ");
}

TEST(LinkLines, ReadJsonAsTheApiShowsALink) {
  const LinkLine line = read(
      R"({"code":"promo","short_url":"https://sho.rt/promo","url":"https://example.com/","title":"Spring",)"
      R"("tags":["b","a"],"redirect_status":308,"forward_query":true,"created_at":"2024-05-06T07:08:09.123Z",)"
      R"("updated_at":"2025-01-01T00:00:00Z","not_before":"2024-06-01T00:00:00Z",)"
      R"("expires_at":"2024-07-01T00:00:00Z","max_visits":12,"enabled":false,"version":7,"spent":5,)"
      R"("visits":{"total":3,"humans":2,"bots":1}})");
  EXPECT_EQ(line.draft.alias, "promo");
  EXPECT_EQ(line.draft.url, "https://example.com/");
  EXPECT_EQ(line.draft.title, "Spring");
  EXPECT_EQ(line.draft.tags, (std::vector<std::string>{"b", "a"}));
  EXPECT_EQ(line.draft.redirect_status, 308);
  EXPECT_TRUE(line.draft.forward_query);
  EXPECT_FALSE(line.draft.enabled);
  EXPECT_EQ(line.draft.max_visits, 12);
  EXPECT_EQ(line.spent, 5);
  EXPECT_EQ(line.created_at, parse_rfc3339("2024-05-06T07:08:09.123Z"));
  EXPECT_EQ(line.draft.not_before, parse_rfc3339("2024-06-01T00:00:00Z"));
  EXPECT_EQ(line.draft.expires_at, parse_rfc3339("2024-07-01T00:00:00Z"));
}

TEST(LinkLines, TakeAliasForCodeInJson) {
  EXPECT_EQ(parts(R"({"url":"https://example.com/","alias":"promo"})"), "promo|https://example.com/|-");
  EXPECT_EQ(parts(R"({"url":"https://example.com/","alias":"promo","code":"promo"})"),
            "promo|https://example.com/|-");
  EXPECT_EQ(reason(R"({"url":"https://example.com/","alias":"promo","code":"other"})"),
            "code is not the same as code");
  EXPECT_EQ(parts(R"({"url":"https://example.com/","code":null})"), "-|https://example.com/|-");
}

TEST(LinkLines, HoldNoLinkWhereTheyAreBlankCommentOrHeader) {
  for (const char* line :
       {"", "  \t", "# a note", " #", "code,url,title", "Code,URL", "\"CODE\", Url ,title"}) {
    const auto read = read_link_line(line);
    ASSERT_TRUE(read) << line;
    EXPECT_FALSE(*read) << line;
  }
}

TEST(LinkLines, SayWhatIsWrongWithTheirShape) {
  EXPECT_EQ(reason("promo,\"https://example.com/"), "line has a quote that is not closed");
  EXPECT_EQ(reason("promo,\"https://example.com/\"x"),
            "line has something between a closing quote and the next comma");
  EXPECT_THAT(reason("promo,https://example.com/?q=\"a,b\""),
              HasSubstr("a quote inside a field without quotes"));
  EXPECT_THAT(reason("url,code"), HasSubstr("another order"));
  EXPECT_THAT(reason("promo,https://example.com/,a,b"), HasSubstr("more than the fields code,url,title"));
  EXPECT_EQ(reason("promo,https://example.com/,caf\xe9"), "line is not valid UTF-8");
  EXPECT_EQ(reason("{\"url\":"), "the line is not JSON: error at byte 8.");
  EXPECT_EQ(reason(R"({"url":"https://a.example/","url":"https://b.example/"})"),
            "The field \"url\" is repeated.");
}

TEST(LinkLines, SayAllThatIsWrongWithTheirValues) {
  EXPECT_EQ(reason(R"({"code":"stats","url":"ftp://example.com/","redirect_status":303})"),
            "url has the scheme ftp, which is not allowed: only http and https are; "
            "code \"stats\" is a reserved word; redirect_status must be 301, 302, 307 or 308");
  EXPECT_EQ(reason("pro mo,https://example.com/"),
            "code may only contain letters A-Z and a-z, digits, '-' and '_'");
  EXPECT_EQ(reason("https://sho.rt/x"), "url leads back to this service");
  EXPECT_EQ(reason("promo,"), "url is empty");
  EXPECT_THAT(reason("example.com"), HasSubstr("url "));
  EXPECT_EQ(reason("a,https://example.com/,a\x01z"), "title must not contain control characters");
  EXPECT_THAT(reason("https://example.com/\x01"), HasSubstr("control byte 0x01"));
  EXPECT_EQ(reason(R"({"title":"x"})"), "url is missing");
  EXPECT_EQ(reason(R"({"url":"https://example.com/","ttl":5})"), "ttl is not a known field");
  EXPECT_EQ(reason(R"({"url":"https://example.com/","max_visits":0})"),
            "max_visits must be from 1 to 1000000000000");
  EXPECT_EQ(reason(R"({"url":"https://example.com/","code":""})"), "code must not be empty");
}

TEST(LinkLines, GiveReasonsOnOneLineOfPrintableText) {
  EXPECT_EQ(reason(R"({"url":"https://example.com/","a\nb\u001b":1})"), R"(a\nb\u001b is not a known field)");
}

TEST(LinkLines, TakeALinkThatIsOverAlready) {
  EXPECT_EQ(reason(R"({"url":"https://example.com/","expires_at":"2001-01-01T00:00:00Z"})"), "");
  const auto over = row(R"({"url":"https://example.com/","expires_at":"2001-01-01T00:00:00Z"})");
  EXPECT_EQ(over.link.settings.expires_at, parse_rfc3339("2001-01-01T00:00:00Z"));
  EXPECT_LT(over.link.created_at, *over.link.settings.expires_at);
  EXPECT_EQ(refusal(over.link.settings, false, kNow), ErrorCode::expired);
}

TEST(LinkLines, KeepTheTimeOfCreation) {
  EXPECT_EQ(row("https://example.com/").link.created_at, kNow);
  const auto old = row(R"({"url":"https://example.com/","created_at":"2001-01-01T00:00:00.5Z"})");
  EXPECT_EQ(old.link.created_at, parse_rfc3339("2001-01-01T00:00:00.5Z"));
  EXPECT_EQ(
      reason(
          R"({"url":"https://e.com/","created_at":"2002-01-01T00:00:00Z","expires_at":"2001-01-01T00:00:00Z"})"),
      "expires_at must be later than created_at");
  EXPECT_EQ(
      reason(
          R"({"url":"https://e.com/","not_before":"2002-01-01T00:00:00Z","expires_at":"2001-01-01T00:00:00Z"})"),
      "not_before must be earlier than the link's end");
}

TEST(LinkLines, KeepTheOwnerFromExportToImportAndBack) {
  const std::string owned = R"({"url":"https://example.com/","code":"abc","owner":"Ab3dEf6hIj9l"})";
  EXPECT_EQ(row(owned).link.owner, KeyId::parse("Ab3dEf6hIj9l"));
  const std::string line = api::to_json(as_link(row(owned)), "https://sho.rt");
  EXPECT_THAT(line, HasSubstr(R"("owner":"Ab3dEf6hIj9l")"));
  EXPECT_EQ(api::to_json(as_link(row(line)), "https://sho.rt"), line);
  EXPECT_EQ(row(R"({"url":"https://example.com/","owner":null})").link.owner, std::nullopt);
  const std::string nobodys = api::to_json(as_link(row("abc,https://example.com/")), "https://sho.rt");
  EXPECT_EQ(row(nobodys).link.owner, std::nullopt);
}

TEST(LinkLines, RefuseAnOwnerThatIsNoId) {
  for (const char* bad : {R"("x")", R"("Ab3dEf6hIj9!")", R"("Ab3dEf6hIj9l0")", "7", R"("")"}) {
    EXPECT_THAT(reason(R"({"url":"https://example.com/","owner":)" + std::string{bad} + "}"),
                HasSubstr("owner"))
        << bad;
  }
}

TEST(LinkLines, KeepWhatWasSpentOfMaxVisits) {
  const auto limited = [](const std::string& spent) {
    return R"({"url":"https://example.com/","max_visits":5,"spent":)" + spent + "}";
  };
  EXPECT_EQ(row(R"({"url":"https://example.com/","max_visits":5})").link.spent, 0);
  EXPECT_EQ(row(limited("null")).link.spent, 0);
  EXPECT_EQ(row(limited("0")).link.spent, 0);
  EXPECT_EQ(row(limited("5")).link.spent, 5);
  // More than max_visits is what an edit that lowers it leaves.
  EXPECT_EQ(row(limited("1000000000000000")).link.spent, 1'000'000'000'000'000);
  for (const char* wrong : {"-1", "1000000000000001", "9223372036854775807"}) {
    EXPECT_EQ(reason(limited(wrong)), "spent must be from 0 to 1000000000000000") << wrong;
  }
  for (const char* wrong : {"9223372036854775808", "1.0", "\"1\"", "true", "[]"}) {
    EXPECT_EQ(reason(limited(wrong)), "spent must be an integer") << wrong;
  }
}

TEST(LinkLines, MayHaveAnySpentWhereThereIsNoMaxVisits) {
  for (const char* spent : {"7", "-1", "\"12.50 EUR\"", "{}"}) {
    for (const char* rest : {"", R"(,"max_visits":null)"}) {
      const std::string line = std::string{R"({"url":"https://example.com/","spent":)"} + spent + rest + "}";
      EXPECT_EQ(reason(line), "") << line;
      EXPECT_EQ(row(line).link.spent, 0) << line;
    }
  }
}

TEST(LinkLines, ComeBackFromCsvAsTheyWere) {
  for (const char* title : {"Spring", "a,b", "say \"hi\"", " blank ", "\"", ",", "=1+1", "+1", "-1", "@x",
                            "#x", "Grüße", "code", "a\\b", "it's"}) {
    Link link = as_link(row("promo,\"https://example.com/a,b?c=d#'e'\",x"));
    link.title = title;
    EXPECT_EQ(parts(to_csv_line(link)), "promo|https://example.com/a,b?c=d#'e'|" + std::string{title});
  }
}

TEST(LinkLines, PutCsvQuotesOnlyWhereTheyAreNeeded) {
  Link link = as_link(row("promo,https://example.com/"));
  EXPECT_EQ(to_csv_line(link), "promo,https://example.com/,");
  link.title = "=Spring sale";
  EXPECT_EQ(to_csv_line(link), "promo,https://example.com/,=Spring sale");
  link.title = "Spring, \"24\"";
  EXPECT_EQ(to_csv_line(link), R"(promo,https://example.com/,"Spring, ""24""")");
}

TEST(LinkLines, ComeBackFromJsonAsTheyWere) {
  for (
      const char* line :
      {R"({"code":"a","url":"https://example.com/"})",
       R"({"code":"b","url":"https://example.com/","title":" \"Grüße\" \\ ","tags":["x","y z"],"redirect_status":301})",
       R"({"code":"c","url":"https://example.com/?a,b","forward_query":true,"enabled":false,)"
       R"("created_at":"1999-12-31T23:59:59.999Z","not_before":"2000-01-01T00:00:00Z",)"
       R"("expires_at":"2001-01-01T00:00:00.001Z"})",
       R"({"code":"d","url":"https://example.com/","max_visits":9,"spent":4})"}) {
    const std::string json = api::to_json(as_link(row(line)), "https://sho.rt");
    EXPECT_EQ(api::to_json(as_link(row(json)), "https://sho.rt"), json);
    EXPECT_EQ(row(json).link.settings, row(line).link.settings);
    EXPECT_EQ(row(json).link.title, row(line).link.title);
    EXPECT_EQ(row(json).link.spent, row(line).link.spent);
  }
}

}  // namespace
}  // namespace curt::app
