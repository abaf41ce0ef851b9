#include "curt/api/links/link_json.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace curt::api {
namespace {

using Fields = std::vector<std::string>;

/// The fields that an invalid_value names, in alphabetical order; "malformed" for malformed JSON.
template <class T>
Fields blamed(const result<T>& outcome) {
  Fields fields;
  if (outcome) return fields;
  if (outcome.error().code == ErrorCode::malformed_json) return {"malformed"};
  EXPECT_EQ(outcome.error().code, ErrorCode::invalid_value);
  for (const FieldError& error : outcome.error().fields) fields.push_back(error.field);
  std::sort(fields.begin(), fields.end());
  return fields;
}

Fields wrong_in_draft(std::string_view body) { return blamed(parse_link_draft(body)); }
Fields wrong_in_edit(std::string_view body) { return blamed(parse_edit_draft(body)); }

constexpr Timestamp kNoon{std::chrono::milliseconds{1'795'348'800'000}};

TEST(ParseLinkDraft, NeedsTheUrlOnly) {
  const auto draft = parse_link_draft(R"({"url":"https://example.com/"})");
  ASSERT_TRUE(draft);
  EXPECT_EQ(draft->url, "https://example.com/");
  EXPECT_FALSE(draft->alias || draft->title || draft->redirect_status || draft->not_before ||
               draft->expires_at || draft->ttl);
  EXPECT_TRUE(draft->tags.empty());
  EXPECT_TRUE(draft->enabled);
  EXPECT_FALSE(draft->forward_query);
  EXPECT_FALSE(draft->reuse);
}

TEST(ParseLinkDraft, ReadsEveryField) {
  const auto draft = parse_link_draft(R"( {"url":"u","alias":"a","title":"t","tags":["x","y"],
      "redirect_status":301,"forward_query":true,"enabled":false,"not_before":"2026-11-22T12:00:00Z",
      "expires_at":"2026-11-22T14:00:00+01:00","ttl":60,"reuse":true,"max_visits":7} )");
  ASSERT_TRUE(draft);
  EXPECT_EQ(draft->url, "u");
  EXPECT_EQ(draft->alias, "a");
  EXPECT_EQ(draft->title, "t");
  EXPECT_EQ(draft->tags, (Fields{"x", "y"}));
  EXPECT_EQ(draft->redirect_status, 301);
  EXPECT_TRUE(draft->forward_query);
  EXPECT_FALSE(draft->enabled);
  EXPECT_EQ(draft->not_before, kNoon);
  EXPECT_EQ(draft->expires_at, kNoon + std::chrono::hours{1});
  EXPECT_EQ(draft->ttl, 60);
  EXPECT_EQ(draft->max_visits, 7);
  EXPECT_TRUE(draft->reuse);
}

TEST(ParseLinkDraft, TakesNullForAbsent) {
  const auto draft = parse_link_draft(R"({"url":"u","alias":null,"title":null,"tags":null,"enabled":null,
      "redirect_status":null,"forward_query":null,"not_before":null,"expires_at":null,"ttl":null,"reuse":null})");
  ASSERT_TRUE(draft);
  EXPECT_FALSE(draft->alias || draft->title || draft->redirect_status || draft->not_before ||
               draft->expires_at || draft->ttl);
  EXPECT_TRUE(draft->enabled);
  EXPECT_FALSE(draft->reuse);
}

TEST(ParseLinkDraft, MissesTheUrl) {
  EXPECT_EQ(wrong_in_draft("{}"), Fields{"url"});
  EXPECT_EQ(wrong_in_draft(R"({"url":null})"), Fields{"url"});
}

TEST(ParseLinkDraft, RefusesAnyOtherType) {
  EXPECT_EQ(wrong_in_draft(R"({"url":1})"), Fields{"url"});
  for (const std::string_view field : {"alias", "title"}) {
    for (const std::string_view value : {"1", "true", "[]", "{}", "[\"x\"]"}) {
      const std::string body = R"({"url":"u",")" + std::string{field} + "\":" + std::string{value} + "}";
      EXPECT_EQ(wrong_in_draft(body), Fields{std::string{field}}) << body;
    }
  }
  for (const std::string_view field : {"forward_query", "enabled", "reuse"}) {
    for (const std::string_view value : {"1", "\"true\"", "[]", "{}"}) {
      const std::string body = R"({"url":"u",")" + std::string{field} + "\":" + std::string{value} + "}";
      EXPECT_EQ(wrong_in_draft(body), Fields{std::string{field}}) << body;
    }
  }
  EXPECT_EQ(wrong_in_draft(R"({"url":"u","tags":"x"})"), Fields{"tags"});
  EXPECT_EQ(wrong_in_draft(R"({"url":"u","tags":["x",1]})"), Fields{"tags"});
  EXPECT_EQ(wrong_in_draft(R"({"url":"u","tags":[null]})"), Fields{"tags"});
}

TEST(ParseLinkDraft, TakesWholeNumbersThatFitOnly) {
  EXPECT_EQ(parse_link_draft(R"({"url":"u","ttl":9223372036854775807})")->ttl, INT64_MAX);
  EXPECT_EQ(parse_link_draft(R"({"url":"u","ttl":-9223372036854775808})")->ttl, INT64_MIN);
  for (const std::string_view number :
       {"9223372036854775808", "18446744073709551615", "99999999999999999999999", "-9223372036854775809",
        "1.5", "60.5", "6e-1", "1e300", "\"60\"", "true"}) {
    const std::string body = R"({"url":"u","ttl":)" + std::string{number} + "}";
    EXPECT_EQ(wrong_in_draft(body), Fields{"ttl"}) << body;
  }
}

TEST(ParseLinkDraft, SurvivesANumberThatNoTypeHolds) {
  EXPECT_EQ(wrong_in_draft(R"({"url":"u","ttl":1e400})"), Fields{"malformed"});
  EXPECT_EQ(wrong_in_draft(R"({"url":"u","other":[-1e9999]})"), Fields{"malformed"});
}

TEST(ParseLinkDraft, ReadsTimesAsRfc3339Only) {
  for (const std::string_view time : {"1795348800", "\"2026-11-22\"", "\"tomorrow\"", "\"\"", "{}"}) {
    const std::string body = R"({"url":"u","expires_at":)" + std::string{time} + "}";
    EXPECT_EQ(wrong_in_draft(body), Fields{"expires_at"}) << body;
  }
}

TEST(ParseLinkDraft, RefusesUnknownFields) {
  EXPECT_EQ(wrong_in_draft(R"({"url":"u","Alias":"a","expire":1})"), (Fields{"Alias", "expire"}));
  EXPECT_EQ(wrong_in_draft(R"({"url":"u","code":"a"})"), Fields{"code"});
  EXPECT_EQ(wrong_in_draft(R"({"url":"u","":1})"), Fields{""});
}

TEST(ParseLinkDraft, WantsMaxVisitsToBeAnInteger) {
  for (const std::string_view value : {"\"5\"", "5.5", "true", "[5]", "18446744073709551615"}) {
    const std::string field = R"("max_visits":)" + std::string{value};
    EXPECT_EQ(wrong_in_draft(R"({"url":"u",)" + field + "}"), Fields{"max_visits"}) << value;
    EXPECT_EQ(wrong_in_edit("{" + field + "}"), Fields{"max_visits"}) << value;
  }
  EXPECT_FALSE(parse_link_draft(R"({"url":"u","max_visits":null})")->max_visits);
}

TEST(ParseEditDraft, TellsNoMaxVisitsFromNullAndFromANumber) {
  using Wish = std::optional<std::optional<std::int64_t>>;
  EXPECT_EQ(parse_edit_draft("{}")->max_visits, Wish{});
  EXPECT_EQ(parse_edit_draft(R"({"max_visits":null})")->max_visits, Wish{std::in_place});
  EXPECT_EQ(parse_edit_draft(R"({"max_visits":5})")->max_visits, Wish{5});
}

TEST(ParseLinkDraft, TellsOfEverythingThatIsWrongAtOnce) {
  EXPECT_EQ(wrong_in_draft(R"({"alias":1,"tags":{},"ttl":"x","enabled":0,"foo":1})"),
            (Fields{"alias", "enabled", "foo", "tags", "ttl", "url"}));
}

TEST(ParseLinkDraft, RefusesWhatIsNoJsonObject) {
  for (const std::string_view body : {"",
                                      "  \r\n",
                                      "null",
                                      "1",
                                      "\"url\"",
                                      "[]",
                                      R"([{"url":"u"}])",
                                      "{",
                                      R"({"url")",
                                      R"({"url":"u")",
                                      R"({"url":"u",})",
                                      R"({url:"u"})",
                                      R"({'url':'u'})",
                                      R"({"url":"u"}{})",
                                      R"({"url":"u"} x)",
                                      R"({"url":"u"}//)",
                                      "{\"url\":\"a\nb\"}",
                                      "{\"url\":\"\xff\"}",
                                      "{\"url\":\"\xc0\xaf\"}",
                                      R"({"url":"\ud800"})",
                                      R"({"url":"\x41"})",
                                      R"({"url":"u","ttl":01})",
                                      R"({"url":"u","ttl":+1})",
                                      R"({"url":"u","ttl":NaN})",
                                      "url=https://example.com/"}) {
    EXPECT_EQ(wrong_in_draft(body), Fields{"malformed"}) << body;
  }
  EXPECT_EQ(wrong_in_draft(std::string_view{"{\"url\":\"u\"}\0", 12}), Fields{"malformed"});
}

TEST(ParseLinkDraft, RefusesARepeatedField) {
  EXPECT_EQ(wrong_in_draft(R"({"url":"a","url":"b"})"), Fields{"malformed"});
  EXPECT_EQ(wrong_in_draft(R"({"url":"a","u\u0072l":"b"})"), Fields{"malformed"});
}

TEST(ParseLinkDraft, RefusesDeepNestingWithoutFalling) {
  constexpr std::size_t kDepth = 30'000;
  const std::string open(kDepth, '[');
  const std::string close(kDepth, ']');
  EXPECT_EQ(wrong_in_draft(open), Fields{"malformed"});
  EXPECT_EQ(wrong_in_draft(open + close), Fields{"malformed"});
  EXPECT_EQ(wrong_in_draft(R"({"url":"u","tags":)" + open + close + "}"), Fields{"tags"});
}

TEST(ParseLinkDraft, ReadsEscapedText) {
  const auto draft = parse_link_draft(R"({"url":"https:\/\/example.com\/","title":"\ud83d\ude00 \u00e4"})");
  ASSERT_TRUE(draft);
  EXPECT_EQ(draft->url, "https://example.com/");
  EXPECT_EQ(draft->title, "\xf0\x9f\x98\x80 \xc3\xa4");
}

TEST(ParseEditDraft, TakesAnEmptyObjectForNoChange) {
  const auto draft = parse_edit_draft("{}");
  ASSERT_TRUE(draft);
  EXPECT_FALSE(draft->url || draft->title || draft->tags || draft->redirect_status || draft->forward_query ||
               draft->enabled || draft->not_before || draft->expires_at || draft->ttl);
}

TEST(ParseEditDraft, ReadsEveryField) {
  const auto draft = parse_edit_draft(R"({"url":"u","title":"t","tags":["x"],"redirect_status":308,
      "forward_query":false,"enabled":true,"not_before":"2026-11-22T12:00:00Z",
      "expires_at":"2026-11-22T13:00:00Z","ttl":60})");
  ASSERT_TRUE(draft);
  EXPECT_EQ(draft->url, "u");
  EXPECT_EQ(*draft->title, "t");
  EXPECT_EQ(draft->tags, Fields{"x"});
  EXPECT_EQ(draft->redirect_status, 308);
  EXPECT_EQ(draft->forward_query, false);
  EXPECT_EQ(draft->enabled, true);
  EXPECT_EQ(*draft->not_before, kNoon);
  EXPECT_EQ(*draft->expires_at, kNoon + std::chrono::hours{1});
  EXPECT_EQ(draft->ttl, 60);
}

TEST(ParseEditDraft, TellsNullFromAbsent) {
  const auto draft = parse_edit_draft(R"({"title":null,"tags":null,"not_before":null,"expires_at":null})");
  ASSERT_TRUE(draft);
  ASSERT_TRUE(draft->title && draft->tags && draft->not_before && draft->expires_at);
  EXPECT_FALSE(*draft->title || *draft->not_before || *draft->expires_at);
  EXPECT_TRUE(draft->tags->empty());
}

TEST(ParseEditDraft, RefusesWrongTypes) {
  EXPECT_EQ(wrong_in_edit(R"({"url":1,"title":[],"tags":"x","redirect_status":"301","enabled":"no","ttl":1.5,
                              "not_before":1,"expires_at":"x","forward_query":1})"),
            (Fields{"enabled", "expires_at", "forward_query", "not_before", "redirect_status", "tags",
                    "title", "ttl", "url"}));
}

TEST(ParseEditDraft, RefusesToRenameALink) {
  EXPECT_EQ(wrong_in_edit(R"({"alias":"new"})"), Fields{"alias"});
  EXPECT_EQ(wrong_in_edit(R"({"code":"new"})"), Fields{"code"});
  EXPECT_EQ(wrong_in_edit(R"({"reuse":true,"version":3})"), (Fields{"reuse", "version"}));
}

}  // namespace
}  // namespace curt::api
