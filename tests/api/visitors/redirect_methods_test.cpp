// Redirects of methods other than GET and HEAD.
#include <array>
#include <string>

#include <gtest/gtest.h>

#include "support/http/fake_store_api.hpp"
#include "support/http/keyed_api.hpp"
#include "support/metric_value.hpp"

namespace curt::api {
namespace {

using http::Method;
using std::chrono::seconds;
using test::Answer;
using test::ApiHarness;

constexpr std::array kOthers{Method::post, Method::put, Method::patch, Method::delete_, Method::other};

void as_bot(http::Request& request) {
  request.user_agent = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";
}

TEST(RedirectOfAMethod, IsKeptByALinkWhoseStatusPromisesThat) {
  for (const unsigned status : {307U, 308U}) {
    ApiHarness api;
    api.given("abc", "https://example.com/a", {{"redirect_status", status}});
    for (const Method method : kOthers) {
      const Answer answer = api.send(method, "/abc", "a body that is not JSON",
                                     [](http::Request& request) { request.content_type = "text/plain"; });
      EXPECT_EQ(answer.status, status) << name_of(method);
      EXPECT_EQ(answer.header("Location"), "https://example.com/a") << name_of(method);
      EXPECT_EQ(answer.header("Cache-Control"), api.get("/abc").header("Cache-Control")) << name_of(method);
      EXPECT_EQ(answer.visited_version, 1) << name_of(method);
      EXPECT_EQ(answer.route, "/{code}") << name_of(method);
    }
    EXPECT_FALSE(api.send(Method::post, "/abc").waited) << "it is in the cache";
  }
}

TEST(RedirectOfAMethod, IsRefusedByALinkOfAnotherStatus) {
  for (const unsigned status : {301U, 302U}) {
    ApiHarness api;
    api.given("abc", "https://example.com/a", {{"redirect_status", status}});
    for (const Method method : kOthers) {
      const Answer answer = api.send(method, "/abc", "x");
      EXPECT_EQ(answer.status, 405U) << name_of(method);
      EXPECT_EQ(answer.problem(), "method_not_allowed") << name_of(method);
      EXPECT_EQ(answer.header("Allow"), "GET, HEAD, OPTIONS") << name_of(method);
      EXPECT_EQ(answer.header("Location"), "") << name_of(method);
      EXPECT_EQ(answer.visited_version, 0) << name_of(method);
    }
  }
}

TEST(RedirectOfAMethod, IsNotThereWhereNoLinkHasTheCode) {
  ApiHarness api;
  for (const Method method : kOthers) {
    for (const char* path : {"/none", "/none/", "/n%ne", "/\xff"}) {
      const Answer answer = api.send(method, path, "x");
      EXPECT_EQ(answer.status, 404U) << name_of(method) << ' ' << path;
      EXPECT_EQ(answer.problem(), "not_found") << name_of(method) << ' ' << path;
    }
  }
}

TEST(RedirectOfAMethod, HearsWhyTheLinkDoesNotLeadThere) {
  for (const unsigned status : {302U, 307U}) {
    ApiHarness api;
    const auto more = [status](nlohmann::json settings) {
      settings["redirect_status"] = status;
      return settings;
    };
    api.given("off", "https://example.com/", more({{"enabled", false}}));
    api.given("later", "https://example.com/", more({{"not_before", "2026-11-22T12:00:10Z"}}));
    api.given("over", "https://example.com/", more({{"ttl", 5}}));
    api.given("gone", "https://example.com/", more({}));
    api.given("spent", "https://example.com/", more({{"max_visits", 1}}));
    api.remove("gone");
    api.get("/spent");
    api.clock.advance(seconds{6});
    for (const Method method : kOthers) {
      EXPECT_EQ(api.send(method, "/off").problem(), "disabled") << name_of(method);
      EXPECT_EQ(api.send(method, "/later").problem(), "not_yet") << name_of(method);
      EXPECT_EQ(api.send(method, "/over").problem(), "expired") << name_of(method);
      EXPECT_EQ(api.send(method, "/gone").problem(), "deleted") << name_of(method);
      EXPECT_EQ(api.send(method, "/spent").problem(), "spent") << name_of(method);
    }
  }
}

TEST(RedirectOfAMethod, SpendsAVisitWhoeverSendsIt) {
  for (const Method method : kOthers) {
    ApiHarness api;
    api.given("abc", "https://example.com/", {{"max_visits", 2}, {"redirect_status", 307}});
    const Answer first = api.send(method, "/abc", "x", as_bot);
    EXPECT_EQ(first.status, 307U) << name_of(method);
    EXPECT_EQ(first.visited_version, 1) << name_of(method);
    const auto as_prefetch = [](http::Request& request) { request.prefetch = true; };
    EXPECT_EQ(api.send(method, "/abc", {}, as_prefetch).status, 307U) << "only a GET is made ahead of a user";
    EXPECT_EQ(api.send(method, "/abc").problem(), "spent") << name_of(method);
    EXPECT_EQ(test::metric_value(api.metrics, "curt_side_thread_work_seconds_count"), "0")
        << "nobody is judged";
    EXPECT_EQ(api.get("/abc").problem(), "spent") << name_of(method);
  }
}

TEST(RedirectOfAMethod, SpendsNothingWhereItIsRefused) {
  ApiHarness api;
  api.given("abc", "https://example.com/", {{"max_visits", 1}});
  for (const Method method : kOthers) EXPECT_EQ(api.send(method, "/abc").status, 405U) << name_of(method);
  EXPECT_EQ(api.get("/abc").status, 302U);
}

TEST(RedirectOfAMethod, FollowsTheStatusThatTheStoreHasWhereVisitsAreSpent) {
  test::FakeStoreApi api;
  api.given("abc", "https://example.com/", {{"max_visits", 1}, {"redirect_status", 307}});
  EXPECT_EQ(api.send(Method::head, "/abc").status, 307U) << "which is in the cache now";
  EXPECT_EQ(api.edit("abc", {{"redirect_status", 302}}).status, 200U);
  EXPECT_EQ(api.send(Method::post, "/abc").status, 405U);
  EXPECT_EQ(api.edit("abc", {{"redirect_status", 308}}).status, 200U);
  EXPECT_EQ(api.send(Method::post, "/abc").status, 308U);
  EXPECT_EQ(api.send(Method::post, "/abc").status, 410U);
}

TEST(RedirectOfAMethod, WaitsForTheStoreLikeAGet) {
  test::FakeStoreApi api;
  api.given("abc", "https://example.com/", {{"max_visits", 9}, {"redirect_status", 307}});
  api.store.fail_with(ErrorCode::unavailable);
  EXPECT_EQ(api.send(Method::post, "/abc").status, 503U);
  EXPECT_EQ(api.send(Method::post, "/other").status, 503U);
  api.store.fail_with(std::nullopt);
  EXPECT_EQ(api.send(Method::post, "/abc").status, 307U);
}

TEST(RedirectOfAMethod, LeavesOptionsTraceAndConnectAsTheyAre) {
  ApiHarness api;
  api.given("abc", "https://example.com/", {{"redirect_status", 307}});
  for (const char* path : {"/abc", "/abc/", "/none"}) {
    const Answer answer = api.send(Method::options, path);
    EXPECT_EQ(answer.status, 204U) << path;
    EXPECT_EQ(answer.header("Allow"), "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS") << path;
    EXPECT_EQ(answer.visited_version, 0) << path;
  }
  EXPECT_EQ(api.send(Method::options, "/abc+").header("Allow"), "GET, HEAD, OPTIONS");
  const auto for_the_connection = [](http::Request& request) { request.is_for_the_connection = true; };
  for (const char* path : {"/abc", "/abc/", "/none"}) {
    const Answer answer = api.send(Method::other, path, {}, for_the_connection);
    EXPECT_EQ(answer.status, 501U) << path;
    EXPECT_EQ(answer.visited_version, 0) << path;
  }
}

TEST(RedirectOfAMethod, IsForLinksAlone) {
  ApiHarness api;
  api.given("abc", "https://example.com/", {{"redirect_status", 307}});
  for (const char* path : {"/abc+", "/", "/docs", "/health", "/metrics", "/robots.txt", "/api/v1/links"}) {
    EXPECT_EQ(api.send(Method::put, path).status, 405U) << path;
    EXPECT_EQ(api.send(Method::other, path).status, 501U) << path;
  }
  EXPECT_EQ(api.send(Method::other, "/a/b").status, 501U);
  EXPECT_EQ(api.send(Method::put, "/a/b").status, 404U);
}

TEST(RedirectOfAMethod, ComesFromAPageOfAnyOrigin) {
  ApiOptions options;
  options.loopback_only = true;
  ApiHarness api{options};
  api.given("abc", "https://example.com/", {{"redirect_status", 307}});
  const Answer answer = api.send(Method::post, "/abc", "a=b", [](http::Request& request) {
    request.origin = "https://shop.example";
    request.fetch_site = http::FetchSite::other;
    request.host = "some.name";
    request.forwarded = true;
  });
  EXPECT_EQ(answer.status, 307U);
}

TEST(RedirectOfAMethod, IsForScriptsOfAnAllowedOriginAfterAPreflight) {
  ApiOptions options;
  options.cors_origins = {"https://app.example"};
  ApiHarness api{options};
  api.given("abc", "https://example.com/", {{"redirect_status", 307}});
  const auto from = [&api](Method method, std::string_view origin) {
    return api.send(method, "/abc", {}, [origin](http::Request& request) {
      request.origin = origin;
      request.requested_method = "PUT";
    });
  };
  EXPECT_EQ(from(Method::options, "https://app.example").header("Access-Control-Allow-Methods"),
            "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
  EXPECT_EQ(from(Method::options, "https://evil.example").header("Access-Control-Allow-Methods"), "");
  const Answer put = from(Method::put, "https://app.example");
  EXPECT_EQ(put.status, 307U);
  EXPECT_EQ(put.header("Access-Control-Allow-Origin"), "https://app.example");
}

TEST(RedirectOfAMethod, NeedsNoKeyAndMindsABadOne) {
  test::KeyedApi api;
  EXPECT_EQ(api.as_admin(Method::post, "/shorten",
                         R"({"url":"https://example.com/","alias":"abc","redirect_status":307})")
                .status,
            201U);
  EXPECT_EQ(api.send(Method::post, "/abc", "x").status, 307U);
  EXPECT_EQ(api.send(Method::post, "/abc", "x", test::by("garbage")).status, 401U);
}

TEST(RedirectOfAMethod, IsLimitedLikeAGet) {
  ApiHarness api{{}, nullptr, {{.redirect = {2, seconds{60}}}}};
  api.given("abc", "https://example.com/", {{"redirect_status", 307}});
  EXPECT_EQ(api.send(Method::post, "/abc").status, 307U);
  EXPECT_EQ(api.send(Method::other, "/abc").status, 307U);
  EXPECT_EQ(api.send(Method::put, "/abc").status, 429U);
  EXPECT_EQ(api.get("/abc").status, 429U);
}

TEST(RedirectOfAMethod, ForwardsTheQuery) {
  ApiHarness api;
  api.given("abc", "https://example.com/?a=1", {{"redirect_status", 308}, {"forward_query", true}});
  EXPECT_EQ(api.send(Method::post, "/abc?b=2").header("Location"), "https://example.com/?a=1&b=2");
  EXPECT_EQ(api.send(Method::post, "/abc&b=2").header("Location"), "https://example.com/?a=1&b=2");
}

}  // namespace
}  // namespace curt::api
