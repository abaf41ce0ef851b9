#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/http/api_harness.hpp"

namespace curt::api {
namespace {

using nlohmann::json;
using test::Answer;
using test::ApiHarness;
using test::if_match;
using Fields = std::vector<std::string>;

TEST(EditLink, ChangesWhatIsNamedAndCountsTheVersion) {
  ApiHarness api;
  api.given("abc", "https://example.com/", {{"title", "Old"}, {"tags", {"x"}}});
  api.clock.advance(std::chrono::hours{1});
  const Answer answer = api.edit("abc", {{"url", "https://example.org"}, {"title", nullptr}});
  ASSERT_EQ(answer.status, 200U) << answer.body;
  const json link = answer.json();
  EXPECT_EQ(link["url"], "https://example.org/");
  EXPECT_EQ(link["title"], nullptr);
  EXPECT_EQ(link["tags"], json{"x"});
  EXPECT_EQ(link["version"], 2);
  EXPECT_EQ(link["created_at"], "2026-11-22T12:00:00Z");
  EXPECT_EQ(link["updated_at"], "2026-11-22T13:00:00Z");
  EXPECT_EQ(answer.header("ETag"), "\"2\"");
  EXPECT_EQ(answer.route, "/api/v1/links/{code}");
}

TEST(EditLink, IsSeenByTheNextVisitor) {
  ApiHarness api;
  api.given("abc");
  EXPECT_EQ(api.get("/abc").header("Location"), "https://example.com/");
  ASSERT_FALSE(api.get("/abc").waited) << "the link is not in the cache, so this test would prove nothing";
  ASSERT_EQ(api.edit("abc", {{"url", "https://example.org/"}}).status, 200U);
  EXPECT_EQ(api.get("/abc").header("Location"), "https://example.org/");
}

TEST(EditLink, KeepsTheVersionWhenNothingChanges) {
  ApiHarness api;
  const json link = api.given("abc");
  api.clock.advance(std::chrono::hours{1});
  EXPECT_EQ(api.edit("abc", json::object()).json(), link);
  EXPECT_EQ(api.edit("abc", {{"url", "https://example.com"}, {"enabled", true}}).json(), link);
}

TEST(EditLink, RefusesToTakeAwayWhatEveryLinkHas) {
  ApiHarness api;
  api.given("abc");
  for (const char* field : {"url", "redirect_status", "forward_query", "enabled"}) {
    const Answer answer = api.edit("abc", {{field, nullptr}});
    EXPECT_EQ(answer.status, 422U) << field;
    EXPECT_EQ(answer.blamed(), std::vector<std::string>{field});
  }
}

TEST(EditLink, HonoursIfMatch) {
  ApiHarness api;
  api.given("abc");
  EXPECT_EQ(api.edit("abc", {{"title", "Two"}}, if_match("\"1\"")).status, 200U);
  const Answer late = api.edit("abc", {{"title", "Three"}}, if_match("\"1\""));
  EXPECT_EQ(late.status, 412U);
  EXPECT_EQ(late.problem(), "version_mismatch");
  EXPECT_EQ(api.get("/api/v1/links/abc").json()["title"], "Two");
  EXPECT_EQ(api.edit("abc", {{"title", "Three"}}, if_match("2")).status, 200U);
  EXPECT_EQ(api.edit("abc", {{"title", "Four"}}, if_match("*")).status, 200U);
}

TEST(EditLink, HonoursIfMatchAsProxiesRewriteIt) {
  ApiHarness api;
  api.given("abc");
  std::int64_t version = 1;
  for (const char* form : {"\"{}\"", "W/\"{}\"", "w/\"{}\"", "\"{}-gzip\"", "W/\"{}-br\"", "\"{}--gzip\"",
                           "\"999\", \"{}\"", "W/\"{}\" , \"999\"", "\"999\",W/\"998\",\"{}-zstd\"",
                           " \"{}\" ", ", \"{}\",, ", "\"of,another\",\t\"{}\"", "{}, 999", "\"\", \"{}\""}) {
    const std::string value = fmt::format(fmt::runtime(form), version);
    const Answer answer = api.edit("abc", {{"title", fmt::format("Title {}", version)}}, if_match(value));
    EXPECT_EQ(answer.status, 200U) << value << ": " << answer.body;
    ++version;
    EXPECT_EQ(answer.header("ETag"), fmt::format("\"{}\"", version)) << value;
  }
}

TEST(EditLink, ChangesNothingWhereNoTagOfIfMatchIsThatOfTheLink) {
  ApiHarness api;
  api.given("abc");
  for (const char* value :
       {"\"2\"", "W/\"2\"", "\"2\", \"3\"", "W/\"2\" , \"3\"", "\"2-gzip\"", "\"one\"", "\"\"", "\"1-x\"",
        "\"-1\"", "\"1.0\"", "\"*\"", "\"gzip\"", "\"99999999999999999999\"", "\"01x\"", "2"}) {
    const Answer answer = api.edit("abc", {{"title", "New"}}, if_match(value));
    EXPECT_EQ(answer.status, 412U) << value;
    EXPECT_EQ(answer.problem(), "version_mismatch") << value;
  }
  EXPECT_EQ(api.get("/api/v1/links/abc").json()["version"], 1);
}

TEST(EditLink, RefusesAMalformedIfMatch) {
  ApiHarness api;
  api.given("abc");
  for (const char* version : {"", ",", " , ,", "-1", "1.0", "\"1", "\"", "W/1", "W/", "W/\"1", "\"1\" \"2\"",
                              "\"1\"2", "\"a b\"", "\"1\", x", "*, \"1\"", "\"1\", *", "1-gzip"}) {
    const Answer answer = api.edit("abc", {{"title", "New"}}, if_match(version));
    EXPECT_EQ(answer.status, 422U) << version;
    EXPECT_EQ(answer.blamed(), Fields{"If-Match"}) << version;
  }
}

TEST(EditLink, NamesEveryFieldThatIsWrong) {
  ApiHarness api;
  api.given("abc");
  EXPECT_EQ(api.edit("abc", {{"alias", "abd"}, {"max_visits", "3"}, {"colour", 1}}).blamed(),
            (Fields{"alias", "max_visits", "colour"}));
  EXPECT_EQ(api.edit("abc", {{"url", "ftp://x/"}, {"redirect_status", 200}, {"max_visits", 0}}).blamed(),
            (Fields{"url", "redirect_status", "max_visits"}));
  EXPECT_EQ(api.get("/api/v1/links/abc").json()["version"], 1);
}

TEST(EditLink, RefusesAnEndBeforeTheStoredBegin) {
  ApiHarness api;
  api.given("abc", "https://example.com/", {{"not_before", "2026-11-23T12:00:00Z"}});
  const Answer answer = api.edit("abc", {{"expires_at", "2026-11-23T12:00:00Z"}});
  EXPECT_EQ(answer.status, 422U);
  EXPECT_EQ(answer.blamed(), Fields{"expires_at"});
}

TEST(EditLink, FindsNoLinkWhereNoneIs) {
  ApiHarness api;
  EXPECT_EQ(api.edit("none", {{"title", "New"}}).status, 404U);
  EXPECT_EQ(api.edit("a%20b", {{"title", "New"}}).problem(), "not_found");
}

}  // namespace
}  // namespace curt::api
