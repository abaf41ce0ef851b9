#include "app/transfer/reading/fields/fields.hpp"

#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace curt::app {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

using Texts = std::initializer_list<std::pair<Column, std::string>>;

Fields fields(Texts texts) {
  Fields all;
  for (const auto& [column, text] : texts) all.offer({column}, text);
  return all;
}

/// The one link that the texts ask for, beside a URL.
LinkLine link(Texts texts, const Taking& taking = {}) {
  Fields all = fields(texts);
  all.offer({Column::url, 9}, "https://a.example");
  const auto links = links_of(all, taking);
  EXPECT_TRUE(links && links->size() == 1);
  return links && links->size() == 1 ? links->front() : LinkLine{};
}

/// Why the texts, beside a URL, are refused.
std::string refusal(Texts texts) {
  Fields all = fields(texts);
  all.offer({Column::url, 9}, "https://a.example");
  const auto links = links_of(all, {});
  return links ? "" : reason_of(links.error());
}

/// The codes of the links, "" for a new one.
std::vector<std::string> codes(const Fields& all, const std::string& domain = {}) {
  const auto links = links_of(all, {.domain = domain});
  if (!links) return {"error: " + reason_of(links.error())};
  std::vector<std::string> codes;
  for (const LinkLine& line : *links) codes.push_back(line.draft.alias.value_or(""));
  return codes;
}

TEST(Fields, TakeTheNameThatSaysMoreOfThoseThatSaySomething) {
  Fields all;
  all.offer({Column::title, 3}, "notes");
  all.offer({Column::title, 1}, "name");
  all.offer({Column::title, 0}, "");
  all.offer({Column::title, 2}, "description");
  all.offer({Column::title, 1}, "another name");
  EXPECT_EQ(all.text(Column::title), "name");
  EXPECT_EQ(all.text(Column::code), "");
}

TEST(Fields, TakeOnlyUrlsWhereAnythingElseWouldBeAnId) {
  Fields all;
  all.offer({Column::short_url, 2, true}, "4711");
  EXPECT_THAT(all.short_urls(), IsEmpty());
  all.offer({Column::short_url, 2, true}, "bit.ly/x");
  EXPECT_THAT(all.short_urls(), ElementsAre("bit.ly/x"));
}

TEST(Fields, TakeAllShortUrlsTheBestNamesFirst) {
  Fields all;
  all.offer({Column::short_url, 1}, "s.example/a");
  all.offer({Column::short_url, 2}, "s.example/b");
  all.offer({Column::short_url, 0}, std::vector<std::string>{"s.example/c", "s.example/d"});
  EXPECT_THAT(all.short_urls(), ElementsAre("s.example/c", "s.example/d", "s.example/a", "s.example/b"));
}

TEST(CodeOfShortUrl, IsInItsPath) {
  const auto code = [](std::string_view text) {
    const auto read = code_of_short_url(text);
    return read ? *read : "error: " + reason_of(read.error());
  };
  EXPECT_EQ(code("https://s.example/spring"), "spring");
  EXPECT_EQ(code(" s.example/spring/ "), "spring");
  EXPECT_EQ(code("http://s.example:8080/spring?utm=1#top"), "spring");
  EXPECT_EQ(code("https://s.example/gr%C3%BCn"), "grün");
  EXPECT_EQ(code("https://s.example/100%"), "100%") << "it is malformed, and is refused as a code";
  EXPECT_EQ(code("spring"), "spring");
  EXPECT_EQ(code("https://s.example"), "error: code is not in the short URL, which has no path");
  EXPECT_EQ(code("https://s.example/?a"), "error: code is not in the short URL, which has no path");
  EXPECT_EQ(code("https://s.example/docs/x"),
            "error: code \"docs/x\" has a slash, which no link of curt can have");
}

TEST(LinksOf, HaveTheCodeHoweverItIsWritten) {
  EXPECT_THAT(codes(fields({{Column::url, "https://a.example"}, {Column::code, "a"}})), ElementsAre("a"));
  EXPECT_THAT(codes(fields({{Column::url, "https://a.example"}, {Column::code, "/gr%C3%BCn/"}})),
              ElementsAre("grün"));
  EXPECT_THAT(codes(fields({{Column::url, "https://a.example"}, {Column::code, "https://s.example/a"}})),
              ElementsAre("a"));
  EXPECT_THAT(codes(fields({{Column::url, "https://a.example"}, {Column::short_url, "s.example/a"}})),
              ElementsAre("a"));
  EXPECT_THAT(codes(fields({{Column::url, "https://a.example"}})), ElementsAre(""));
}

TEST(LinksOf, AreOneForEachShortUrlAndTheFirstGetsTheClicks) {
  Fields all = fields({{Column::url, "https://a.example"}, {Column::clicks, "7"}});
  all.offer({Column::short_url}, std::vector<std::string>{"s.example/a", "s.example/b", "s.example/a"});
  const auto links = links_of(all, {});
  ASSERT_TRUE(links);
  ASSERT_EQ(links->size(), 2U);
  EXPECT_EQ(links->at(0).humans, 7);
  EXPECT_EQ(links->at(1).humans, 0);
  EXPECT_EQ(links->at(1).draft.alias, "b");
}

TEST(LinksOf, AreThoseOfTheDomain) {
  Fields all = fields({{Column::url, "https://a.example"}});
  all.offer({Column::short_url},
            std::vector<std::string>{"https://S.example:443/a", "other.example/b", "s.example./c", "d"});
  EXPECT_THAT(codes(all, "s.example"), ElementsAre("a", "c", "d"));
  EXPECT_THAT(codes(all, "https://s.example/"), ElementsAre("a", "c", "d"));
  EXPECT_THAT(codes(all, "third.example"), ElementsAre("d"));
  const auto of = [](std::string domain) {
    return fields(
        {{Column::url, "https://a.example"}, {Column::code, "a"}, {Column::domain, std::move(domain)}});
  };
  EXPECT_THAT(codes(of("S.EXAMPLE"), "s.example"), ElementsAre("a"));
  EXPECT_THAT(codes(of("https://s.example/"), "s.example"), ElementsAre("a"));
  EXPECT_THAT(codes(of("NULL"), "s.example"), ElementsAre("a"));
  EXPECT_THAT(codes(of("other.example"), "s.example"), IsEmpty());
  EXPECT_THAT(codes(of("other.example")), ElementsAre("a"));
}

TEST(LinksOf, HaveAllThatTheFieldsSay) {
  const LinkLine line = link({{Column::title, "A\r\ntitle"},
                              {Column::tags, "a|b"},
                              {Column::created_at, "2024-05-01T10:00:00+02:00"},
                              {Column::updated_at, "2024-05-02 10:00:00"},
                              {Column::not_before, "1714557600"},
                              {Column::expires_at, "2030-01-01"},
                              {Column::redirect_status, "301"},
                              {Column::forward_query, "yes"},
                              {Column::enabled, "t"},
                              {Column::max_visits, "1,000"},
                              {Column::version, "3"},
                              {Column::owner, "Ab3dEf6hIj9l"}});
  EXPECT_EQ(line.draft.title, "A title");
  EXPECT_THAT(line.draft.tags, ElementsAre("a", "b"));
  EXPECT_EQ(line.created_at, Timestamp{1'714'550'400s});
  EXPECT_EQ(line.updated_at, Timestamp{1'714'644'000s});
  EXPECT_EQ(line.draft.not_before, Timestamp{1'714'557'600s});
  EXPECT_EQ(line.draft.expires_at, Timestamp{1'893'456'000s});
  EXPECT_EQ(line.draft.redirect_status, 301);
  EXPECT_TRUE(line.draft.forward_query);
  EXPECT_TRUE(line.draft.enabled);
  EXPECT_EQ(line.draft.max_visits, 1'000);
  EXPECT_EQ(line.version, 3);
  EXPECT_EQ(line.owner, KeyId::parse("Ab3dEf6hIj9l"));
  EXPECT_TRUE(line.draft.made_elsewhere);
}

TEST(LinksOf, TakeNullForNothing) {
  const LinkLine line = link({{Column::title, "NULL"},
                              {Column::tags, "\\N"},
                              {Column::created_at, "0000-00-00 00:00:00"},
                              {Column::expires_at, "null"},
                              {Column::redirect_status, "NULL"},
                              {Column::enabled, "\\N"},
                              {Column::max_visits, "None"},
                              {Column::clicks, "undefined"},
                              {Column::password, "NULL"}});
  EXPECT_EQ(line.draft.title, std::nullopt);
  EXPECT_THAT(line.draft.tags, IsEmpty());
  EXPECT_EQ(line.created_at, std::nullopt);
  EXPECT_EQ(line.draft.expires_at, std::nullopt);
  EXPECT_EQ(line.draft.redirect_status, std::nullopt);
  EXPECT_TRUE(line.draft.enabled);
  EXPECT_EQ(line.draft.max_visits, std::nullopt);
  EXPECT_EQ(line.humans, 0);
  EXPECT_EQ(link({{Column::title, "NULL"}}, {.literal = true, .domain = {}}).draft.title, "NULL")
      << "in curt's own file it is a title";
}

TEST(LinksOf, TellBotsFromPeopleWhereTheFileDoes) {
  const LinkLine all = link({{Column::clicks, "1,234"}});
  EXPECT_EQ(all.humans, 1'234);
  EXPECT_EQ(all.bots, 0);
  const LinkLine with_bots = link({{Column::clicks, "10"}, {Column::bots, "4"}});
  EXPECT_EQ(with_bots.humans, 6);
  EXPECT_EQ(with_bots.bots, 4);
  const LinkLine with_humans = link({{Column::clicks, "10"}, {Column::bots, "4"}, {Column::humans, "5"}});
  EXPECT_EQ(with_humans.humans, 5);
  EXPECT_EQ(link({{Column::clicks, "3"}, {Column::bots, "4"}}).humans, 0);
}

TEST(LinksOf, HaveUsedUpTheirLimitByTheVisitsSoFar) {
  EXPECT_EQ(link({{Column::max_visits, "10"}, {Column::humans, "3"}, {Column::bots, "1"}}).spent, 4);
  EXPECT_EQ(link({{Column::max_visits, "10"}, {Column::clicks, "3"}, {Column::spent, "2"}}).spent, 2);
  EXPECT_EQ(link({{Column::clicks, "3"}}).spent, 0);
  EXPECT_EQ(link({{Column::spent, "12.50"}}).spent, 0) << "money, for all we know";
}

TEST(LinksOf, AreDisabledByEitherColumn) {
  EXPECT_FALSE(link({{Column::enabled, "0"}}).draft.enabled);
  EXPECT_FALSE(link({{Column::disabled, "1"}}).draft.enabled);
  EXPECT_FALSE(link({{Column::enabled, "active"}, {Column::disabled, "true"}}).draft.enabled);
  EXPECT_TRUE(link({{Column::disabled, "f"}}).draft.enabled);
}

TEST(LinksOf, RefuseFiguresThatAreNone) {
  EXPECT_EQ(refusal({{Column::clicks, "-1"}}), "clicks must be from 0 to 1000000000000");
  EXPECT_EQ(refusal({{Column::humans, "1000000000001"}}), "humans must be from 0 to 1000000000000");
  EXPECT_EQ(link({{Column::humans, "1000000000000"}}).humans, kMostVisits);
  EXPECT_EQ(refusal({{Column::bots, "99999999999999999999"}}),
            "bots is not a whole number that is understood; 1234567 is");
  EXPECT_EQ(refusal({{Column::clicks, "1.000"}}),
            "clicks is not a whole number that is understood; 1234567 is");
  EXPECT_EQ(refusal({{Column::version, "0"}}), "version must be at least 1");
  EXPECT_EQ(refusal({{Column::enabled, "maybe"}}),
            "enabled is neither true nor false; --map enabled=none leaves it out");
  EXPECT_EQ(refusal({{Column::owner, "bob"}}),
            "owner is not the id of a key, which has 12 letters and digits");
}

TEST(LinksOf, RefuseTimesThatAreNone) {
  EXPECT_EQ(refusal({{Column::created_at, "05/06/2025"}}),
            "created_at is ambiguous: 2025-05-06 or 2025-06-05; --dates says which");
  EXPECT_EQ(refusal({{Column::created_at, "1969-12-31 23:59:59"}}),
            "created_at is in the year 1969, before 1970");
  EXPECT_EQ(refusal({{Column::expires_at, "soon"}}),
            "expires_at is not a date that is understood; 2025-05-31 and 2025-05-31T10:00:00Z are");
}

TEST(LinksOf, AreNotOpenedToEverybodyWhereAPasswordProtectedThem) {
  const std::string words =
      "password protects the link, and curt cannot ask for one; empty it to import the link without it";
  EXPECT_EQ(refusal({{Column::password, "$2y$10$abc"}}), words);
  EXPECT_EQ(refusal({{Column::password, "true"}}), words);
  EXPECT_EQ(refusal({{Column::password, "false"}}), "");
  EXPECT_EQ(refusal({{Column::password, "0"}}), "");
}

TEST(LinksOf, SayAllThatIsWrong) {
  const auto links = links_of(fields({{Column::short_url, "s.example/a/b"}, {Column::clicks, "x"}}), {});
  ASSERT_FALSE(links);
  EXPECT_EQ(reason_of(links.error()),
            "code \"a/b\" has a slash, which no link of curt can have; url is missing; clicks is not a whole "
            "number that "
            "is understood; 1234567 is");
}

}  // namespace
}  // namespace curt::app
