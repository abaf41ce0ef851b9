#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/captured_log.hpp"
#include "support/http/fake_store_api.hpp"
#include "support/http/keyed_api.hpp"

namespace curt::api {
namespace {

using http::Method;
using http::Request;
using nlohmann::json;
using test::Answer;
using test::ApiHarness;
using test::by;
using test::if_match;
using test::KeyedApi;
using testing::HasSubstr;

TEST(RestoreLink, BringsALinkBackAsItWas) {
  ApiHarness api;
  api.given("abc", "https://example.com/spring",
            {{"title", "Spring"}, {"tags", {"a", "b"}}, {"redirect_status", 307}, {"max_visits", 9}});
  api.visits.put("abc", {.humans = 5, .bots = 2, .imported = 3});
  json before = api.get("/api/v1/links/abc").json();
  ASSERT_EQ(api.remove("abc").status, 204U);
  ASSERT_EQ(api.get("/abc").status, 410U);
  api.clock.advance(std::chrono::hours{1});
  const Answer answer = api.restore("abc");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.route, "/api/v1/links/{code}/restore");
  EXPECT_EQ(answer.header("ETag"), "\"3\"");
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
  const json link = answer.json();
  EXPECT_EQ(link["visits"], json({{"total", 7}, {"humans", 5}, {"bots", 2}, {"imported", 3}}));
  before["version"] = 3;
  before["updated_at"] = "2026-11-22T13:00:00Z";
  EXPECT_EQ(link, before);
  EXPECT_EQ(api.get("/api/v1/links/abc").json(), before);
  EXPECT_EQ(api.get("/abc").header("Location"), "https://example.com/spring");
  EXPECT_EQ(api.get("/api/v1/links?tag=a").json()["data"].size(), 1U);
}

TEST(RestoreLink, LeavesALinkThatDidNotRedirectAsItWas) {
  ApiHarness api;
  api.given("expired", "https://example.com/", {{"ttl", 60}});
  api.given("disabled", "https://example.com/", {{"enabled", false}});
  api.given("spent", "https://example.com/", {{"max_visits", 1}});
  ASSERT_EQ(api.get("/spent").status, 302U);
  for (const char* code : {"expired", "disabled", "spent"}) ASSERT_EQ(api.remove(code).status, 204U);
  api.clock.advance(std::chrono::minutes{2});
  for (const char* code : {"expired", "disabled", "spent"}) {
    EXPECT_EQ(api.get("/" + std::string{code}).problem(), "deleted");
    EXPECT_EQ(api.restore(code).status, 200U) << code;
    EXPECT_EQ(api.get("/" + std::string{code}).problem(), code);
  }
}

TEST(RestoreLink, IsRefusedWhereNothingWasDeleted) {
  ApiHarness api;
  api.given("abc");
  const Answer answer = api.restore("abc");
  EXPECT_EQ(answer.status, 409U);
  EXPECT_EQ(answer.problem(), "not_deleted");
  EXPECT_EQ(answer.json()["detail"], "there is nothing to restore, since the link abc is not deleted");
  api.remove("abc");
  EXPECT_EQ(api.restore("abc").status, 200U);
  EXPECT_EQ(api.restore("abc").problem(), "not_deleted") << "as a client hears that repeats its request";
  EXPECT_EQ(api.get("/api/v1/links/abc").json()["version"], 3);
}

TEST(RestoreLink, FindsNoLinkWhereNoneEverWas) {
  ApiHarness api;
  for (const char* code : {"none", "%F0%9F%A9%B7", "%zz"}) {
    EXPECT_EQ(api.restore(code).status, 404U) << code;
    EXPECT_EQ(api.restore(code).problem(), "not_found") << code;
  }
}

TEST(RestoreLink, HonoursIfMatchWithTheVersionOfTheDeletion) {
  ApiHarness api;
  api.given("abc");
  api.remove("abc");
  EXPECT_EQ(api.restore("abc", if_match("\"1\"")).problem(), "version_mismatch");
  EXPECT_EQ(api.restore("abc", if_match("x")).blamed(), std::vector<std::string>{"If-Match"});
  EXPECT_EQ(api.get("/abc").status, 410U);
  EXPECT_EQ(api.restore("abc", if_match("\"2\"")).status, 200U);
}

TEST(RestoreLink, NeedsNoBodyAndReadsNone) {
  ApiHarness api;
  for (const char* body : {"", "{}", "not JSON"}) {
    const std::string code = "a" + std::to_string(std::string_view{body}.size());
    api.given(code);
    api.remove(code);
    const auto with_type = [](Request& request) { request.content_type = "text/plain"; };
    EXPECT_EQ(api.send(Method::post, "/api/v1/links/" + code + "/restore", body, with_type).status, 200U);
  }
}

TEST(RestoreLink, RefusesParameters) {
  ApiHarness api;
  api.given("abc");
  api.remove("abc");
  const Answer answer = api.send(Method::post, "/api/v1/links/abc/restore?version=2");
  EXPECT_EQ(answer.status, 422U);
  EXPECT_EQ(answer.problem(), "invalid_value");
  EXPECT_EQ(api.get("/abc").status, 410U);
  EXPECT_EQ(api.send(Method::post, "/api/v1/links/abc/restore?").status, 200U);
}

TEST(RestoreLink, IsForPostAlone) {
  ApiHarness api;
  api.given("abc");
  api.remove("abc");
  for (const Method method : {Method::get, Method::put, Method::patch, Method::delete_}) {
    const Answer answer = api.send(method, "/api/v1/links/abc/restore");
    EXPECT_EQ(answer.status, 405U);
    EXPECT_EQ(answer.header("Allow"), "POST, OPTIONS");
  }
  EXPECT_EQ(api.get("/abc").status, 410U);
}

TEST(RestoreLink, IsNotForPagesOfOtherSites) {
  ApiHarness api;
  api.given("abc");
  api.remove("abc");
  const auto by_form = [](Request& request) { request.origin = "https://evil.example"; };
  const auto by_script = [](Request& request) { request.fetch_site = http::FetchSite::other; };
  EXPECT_EQ(api.restore("abc", by_form).problem(), "cross_site");
  EXPECT_EQ(api.restore("abc", by_script).problem(), "cross_site");
  EXPECT_EQ(api.get("/abc").status, 410U);
}

TEST(RestoreLink, KeepsABlockedLinkFromVisitorsAsAnyOther) {
  ApiHarness api;
  api.given("abc", "https://evil.example/");
  api.remove("abc");
  limits::ListedHosts lists;
  lists.blocked.add("evil.example", limits::Reach::below);
  api.lists.publish(std::move(lists));
  const Answer answer = api.restore("abc");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.json()["blocked"], true);
  EXPECT_EQ(api.get("/abc").problem(), "blocked");
}

TEST(RestoreLink, LeavesAnAuditLine) {
  const test::CapturedLog log;
  ApiHarness api;
  api.given("abc");
  api.remove("abc");
  api.restore("abc");
  const std::vector<json> lines = log.events("audit");
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[2]["action"], "restore");
  EXPECT_EQ(lines[2]["outcome"], "done");
  EXPECT_EQ(lines[2]["from_version"], 2);
  EXPECT_EQ(lines[2]["to_version"], 3);
}

TEST(RestoreLink, IsAnsweredAlsoWhereTheVisitsCannotBeTold) {
  ApiHarness api;
  api.given("abc");
  api.remove("abc");
  api.visits.fail_with(ErrorCode::unavailable);
  const Answer answer = api.restore("abc");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.json()["visits"], nullptr);
}

TEST(RestoreLink, SaysWhereTheOutcomeIsUnknown) {
  test::FakeStoreApi api{ErrorCode::outcome_unknown};
  const Answer answer = api.restore("abc");
  EXPECT_EQ(answer.status, 503U);
  EXPECT_EQ(answer.problem(), "outcome_unknown");
}

/// Deleted links "a" of the first key, which sees its own only, "b" of a second such key, and "free" of
/// nobody.
struct Deleted : KeyedApi {
  explicit Deleted(ApiOptions options = {}) : KeyedApi(std::move(options)) {
    make(first, R"({"url":"https://example.com/","alias":"a"})");
    make(second, R"({"url":"https://example.com/","alias":"b"})");
    make(admin, R"({"url":"https://example.com/","alias":"admins"})");
    for (const char* code : {"a", "b", "admins"}) EXPECT_EQ(remove(code, by(admin)).status, 204U);
  }

  /// What a create with this alias is told; the test fails if it is anything but 409 alias_taken.
  std::string told(const std::string& alias, const Prepare& prepare = nullptr) {
    const Answer answer = create(json{{"url", "https://new.example/"}, {"alias", alias}}, prepare);
    EXPECT_EQ(answer.status, 409U) << answer.body;
    EXPECT_EQ(answer.problem(), "alias_taken");
    return answer.json()["detail"];
  }

  const std::string first = key(all_but_admin(), true);
  const std::string second = key(all_but_admin(), true);
};

TEST(RestoreLink, IsForTheOwnerAndTheAdmin) {
  Deleted api;
  for (const char* code : {"b", "admins", "none"}) {
    const Answer hidden = api.restore(code, by(api.first));
    EXPECT_EQ(hidden.status, 404U) << code;
    EXPECT_EQ(hidden.json()["detail"], "there is no link " + std::string{code});
  }
  EXPECT_EQ(api.restore("a").status, 401U);
  EXPECT_EQ(api.restore("a", by(api.key({"links:read"}))).problem(), "insufficient_scope");
  const Answer own = api.restore("a", by(api.first));
  EXPECT_EQ(own.status, 200U);
  EXPECT_EQ(own.json()["owner"], KeyedApi::id_of(api.first));
  const Answer by_admin = api.restore("b", by(api.admin));
  EXPECT_EQ(by_admin.status, 200U);
  EXPECT_EQ(by_admin.json()["owner"], KeyedApi::id_of(api.second)) << "it does not change hands";
  EXPECT_EQ(api.restore("b", by(api.first)).status, 404U) << "also where there is nothing to restore";
}

TEST(RestoreLink, IsNamedToTheOwnerWhoWantsTheAliasOfADeletedLink) {
  Deleted api;
  const std::string taken = "b belongs to another link";
  EXPECT_EQ(api.told("a", by(api.first)),
            "a belongs to a link that was deleted; POST /api/v1/links/a/restore brings it back");
  EXPECT_EQ(api.told("b", by(api.first)), taken) << "it is another one's";
  EXPECT_THAT(api.told("b", by(api.admin)), HasSubstr("POST /api/v1/links/b/restore"));
  const Answer reused =
      api.create(json{{"url", "https://example.com/"}, {"alias", "a"}, {"reuse", true}}, by(api.first));
  EXPECT_THAT(reused.body, HasSubstr("/a/restore"));
  ASSERT_EQ(api.restore("b", by(api.admin)).status, 200U);
  EXPECT_EQ(api.told("b", by(api.admin)), taken) << "it is not deleted";
  EXPECT_EQ(api.told("b", by(api.second)), taken);
}

TEST(RestoreLink, IsNotNamedToThePublic) {
  ApiOptions options;
  options.public_shorten = true;
  options.public_aliases = true;
  Deleted api{options};
  EXPECT_EQ(api.told("a"), "a belongs to another link");
  ASSERT_EQ(api.create(json{{"url", "https://example.com/"}, {"alias", "free"}}).status, 201U);
  ASSERT_EQ(api.remove("free", by(api.admin)).status, 204U);
  EXPECT_EQ(api.told("free"), "free belongs to another link");
  EXPECT_EQ(api.told("free", by(api.first)), "free belongs to another link");
  EXPECT_THAT(api.told("free", by(api.admin)), HasSubstr("/free/restore"));
  EXPECT_EQ(api.restore("free").status, 401U);
}

TEST(RestoreLink, IsNamedWhereNoKeysAreAskedFor) {
  ApiHarness api;
  api.given("abc");
  api.remove("abc");
  const Answer answer = api.send(Method::post, "/shorten", R"({"url":"https://new.example/","alias":"abc"})");
  EXPECT_EQ(answer.problem(), "alias_taken");
  EXPECT_THAT(answer.body, HasSubstr("POST /api/v1/links/abc/restore"));
}

}  // namespace
}  // namespace curt::api
