// Links whose path is a near miss.
#include "api/visitors/seek_link.hpp"

#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/http/fake_store_api.hpp"
#include "support/store/stored_link.hpp"

namespace curt::api {
namespace {

using http::Method;
using std::chrono::seconds;
using test::Answer;
using test::ApiHarness;
using testing::HasSubstr;

TEST(ANearMiss, LeadsWhereTheLinkDoes) {
  ApiHarness api;
  api.given("plain", "https://example.com/p");
  for (const std::string path : {"/plain/",
                                 "/plain.",
                                 "/plain)",
                                 "/plain,",
                                 "/plain;",
                                 "/plain!",
                                 "/plain'",
                                 "/plain\"",
                                 "/plain%22",
                                 "/plain%E2%80%9D",
                                 "/plain%20",
                                 "/plain%C2%A0",
                                 "/plain>",
                                 "/plain]",
                                 "/plain*",
                                 "/plain\u2026",
                                 "/plain\u3002",
                                 "/plain\u300D",
                                 "/plain%E2%80%8B",
                                 "/plain.)",
                                 "/plain/.",
                                 "/plain/)",
                                 "//plain",
                                 "///plain//",
                                 "/%22plain%22",
                                 "/(plain)",
                                 "/plain%2F",
                                 "/plain&utm_source=x",
                                 "/plain/?utm_source=x",
                                 "/plain&a=b/c",
                                 "/plain%3Fa=b"}) {
    for (const Method method : {Method::get, Method::head}) {
      const Answer answer = api.send(method, path);
      EXPECT_EQ(answer.status, 302U) << path;
      EXPECT_EQ(answer.header("Location"), "https://example.com/p") << path;
      EXPECT_EQ(answer.route, "/{code}") << path;
      EXPECT_EQ(answer.visited_version, method == Method::get ? 1 : 0) << path << ": one visit, of the link";
    }
  }
}

TEST(ANearMiss, IsAnsweredFromTheCacheWithoutTheStore) {
  test::FakeStoreApi api;
  api.given("plain", "https://example.com/p");
  EXPECT_EQ(api.get("/plain").status, 302U);
  const auto before = api.store.finds();
  for (const char* path : {"/plain/", "/plain)", "//plain", "/plain%20"}) {
    EXPECT_EQ(api.get(path).status, 302U) << path;
    EXPECT_EQ(api.get(path).statements, 0U) << path;
  }
  EXPECT_EQ(api.store.finds(), before) << "what is no code is not looked up";
}

TEST(ANearMiss, IsRememberedAsTheLinksCodeAlone) {
  test::FakeStoreApi api;
  api.given("plain", "https://example.com/p");
  EXPECT_EQ(api.get("/plain)").status, 302U);
  EXPECT_EQ(api.get("/plain!").status, 302U);
  EXPECT_EQ(api.get("/plain").status, 302U);
  EXPECT_FALSE(api.get("/plain").waited);
  EXPECT_EQ(api.store.finds(), 1U);
  api.edit("plain", {{"url", "https://example.com/q"}});
  EXPECT_EQ(api.get("/plain)").header("Location"), "https://example.com/q");
}

TEST(ANearMiss, IsLookedUpAsItCameFirst) {
  ApiHarness api;
  api.given("etc", "https://example.com/etc");
  api.given("x", "https://example.com/x");
  api.given("x_", "https://example.com/x_");
  api.given_from_elsewhere("etc.", "https://example.com/dot");
  EXPECT_EQ(api.get("/etc.").header("Location"), "https://example.com/dot");
  EXPECT_EQ(api.get("/etc.)").header("Location"), "https://example.com/dot");
  EXPECT_EQ(api.get("/etc./").header("Location"), "https://example.com/dot");
  EXPECT_EQ(api.get("/etc..").header("Location"), "https://example.com/etc");
  EXPECT_EQ(api.get("/etc)").header("Location"), "https://example.com/etc");
  EXPECT_EQ(api.get("/x_").header("Location"), "https://example.com/x_");
  EXPECT_EQ(api.get("/x~").header("Location"), "https://example.com/x");
}

TEST(ANearMiss, IsNoneWhereALinkEverHadTheCodeAsItCame) {
  ApiHarness api;
  api.given("a", "https://example.com/other");
  const auto expect = [&api](std::string_view problem, unsigned status) {
    for (int i = 0; i < 2; ++i) {
      const Answer answer = api.get("/a.");
      EXPECT_EQ(answer.status, status);
      EXPECT_EQ(answer.problem(), problem);
      EXPECT_EQ(answer.visited_version, 0);
    }
  };
  api.given_from_elsewhere("a.");
  api.edit("a.", {{"enabled", false}});
  expect("disabled", 410);
  api.edit("a.", {{"enabled", true}, {"not_before", "2026-11-22T12:00:10Z"}});
  expect("not_yet", 404);
  api.clock.advance(seconds{10});
  api.edit("a.", {{"max_visits", 1}});
  EXPECT_EQ(api.get("/a.").status, 302U);
  expect("spent", 410);
  api.edit("a.", {{"max_visits", nullptr}, {"expires_at", "2026-11-22T12:00:15Z"}});
  api.clock.advance(seconds{10});
  expect("expired", 410);
  api.remove("a.");
  expect("deleted", 410);
}

TEST(ANearMiss, HearsWhatTheLinkSays) {
  ApiHarness api;
  api.given("off", "https://example.com/", {{"enabled", false}});
  api.given("gone");
  api.remove("gone");
  EXPECT_EQ(api.get("/off/").problem(), "disabled");
  EXPECT_EQ(api.get("/gone)").problem(), "deleted");
  EXPECT_THAT(api.get_page("/gone/").body, HasSubstr("<h1>This link was removed</h1>"));
}

TEST(ANearMiss, IsNotFoundWhereNoLinkHasTheCode) {
  ApiHarness api;
  for (const char* path : {"/none/", "/none.", "/none)", "//none", "/none&a=b", "/none.)"}) {
    const Answer answer = api.get(path);
    EXPECT_EQ(answer.status, 404U) << path;
    EXPECT_EQ(answer.problem(), "not_found") << path;
    EXPECT_EQ(answer.visited_version, 0) << path;
    EXPECT_THAT(api.get_page(path).body, HasSubstr("<h1>This link does not exist</h1>")) << path;
  }
}

TEST(ANearMiss, SpendsOneVisit) {
  ApiHarness api;
  api.given("once", "https://example.com/", {{"max_visits", 3}});
  for (const char* path : {"/once/", "/once.", "/once%22"}) EXPECT_EQ(api.get(path).status, 302U) << path;
  for (const char* path : {"/once/", "/once.", "/once%22", "/once"}) {
    EXPECT_EQ(api.get(path).problem(), "spent") << path;
  }
}

TEST(ANearMiss, IsNotTakenForOneWhileTheStoreIsAway) {
  test::FakeStoreApi api;
  api.given("plain");
  api.store.fail_with(ErrorCode::unavailable);
  for (const char* path : {"/plain/", "/plain.", "/plain)"}) EXPECT_EQ(api.get(path).status, 503U) << path;
  api.store.fail_with(std::nullopt);
  for (const char* path : {"/plain/", "/plain.", "/plain)"}) EXPECT_EQ(api.get(path).status, 302U) << path;
}

TEST(ANearMiss, ForwardsTheQueryThatItsPathHas) {
  ApiHarness api;
  api.given("plain", "https://example.com/?a=1#end", {{"forward_query", true}});
  const auto target = [&api](std::string_view path) { return api.get(path).header("Location"); };
  EXPECT_EQ(target("/plain&utm_source=x"), "https://example.com/?a=1&utm_source=x#end");
  EXPECT_EQ(target("/plain&utm_source=x?b=2"), "https://example.com/?a=1&utm_source=x&b=2#end");
  EXPECT_EQ(target("/plain%3Futm_source%3Dx%26b%3D2"), "https://example.com/?a=1&utm_source=x&b=2#end");
  EXPECT_EQ(target("/plain/?b=2"), "https://example.com/?a=1&b=2#end");
  EXPECT_EQ(target("/plain)?b=2"), "https://example.com/?a=1&b=2#end");
  EXPECT_EQ(target("/plain&gt;"), "https://example.com/?a=1#end");
  EXPECT_EQ(target("/plain&a=%0D%0AX:%20y"), "https://example.com/?a=1&a=%0D%0AX:%20y#end");
  EXPECT_EQ(target("/plain%26a=%0D%0AX:%20y"), "https://example.com/?a=1&a=%0D%0AX:%20y#end");
}

TEST(ANearMiss, NeverLeadsWhereAPathOfTheServiceIsMeant) {
  test::FakeStoreApi api;
  for (const char* code : {"docs", "health", "metrics", "shorten"}) {
    api.store.put(test::stored(code, "https://example.com/"));  // from before there was the route
  }
  for (const char* path : {"/docs.", "//docs", "/docs)", "/health.", "//health", "//metrics", "/metrics,",
                           "//api/v1/links", "/api/v1/links.", "//shorten", "/health/live)"}) {
    const Answer answer = api.get(path);
    EXPECT_EQ(answer.status, 404U) << path;
    EXPECT_EQ(answer.visited_version, 0) << path;
  }
}

TEST(ANearMiss, OfAPreviewShowsThePreview) {
  ApiHarness api;
  api.given("plain", "https://example.com/p", {{"max_visits", 1}});
  for (const char* path : {"/plain+", "/plain.+", "/plain)+", "/%22plain+", "/plain+/", "/plain+.",
                           "/plain++", "//plain+", "/plain/+", "/plain%2B"}) {
    const Answer answer = api.get(path);
    EXPECT_EQ(answer.status, 200U) << path;
    EXPECT_EQ(answer.json()["code"], "plain") << path;
    EXPECT_EQ(answer.json()["short_url"], "https://sho.rt/plain") << path;
    EXPECT_EQ(answer.visited_version, 0) << path;
  }
  EXPECT_EQ(api.get("/none+.").status, 404U);
  EXPECT_EQ(api.get("/plain").status, 302U) << "no visit was spent";
}

TEST(ANearMiss, OfAPreviewTakesTheMethodsOfAPreview) {
  ApiHarness api;
  api.given("plain");
  api.given("kept", "https://example.com/", {{"redirect_status", 307}});
  for (const Method method : {Method::post, Method::put, Method::patch, Method::delete_, Method::other}) {
    for (const std::string code : {"plain", "kept"}) {
      const Answer preview = api.send(method, "/" + code + "+");
      const Answer near = api.send(method, "/" + code + "+.");
      EXPECT_EQ(near.status, method == Method::other ? 501U : 405U) << code << ' ' << name_of(method);
      EXPECT_EQ(near.status, preview.status) << code << ' ' << name_of(method);
      EXPECT_EQ(near.json()["detail"], preview.json()["detail"]) << code << ' ' << name_of(method);
      EXPECT_EQ(near.header("Allow"), preview.header("Allow")) << code << ' ' << name_of(method);
      EXPECT_EQ(near.visited_version, 0) << code << ' ' << name_of(method);
    }
    for (const char* path : {"/none+.", "//none+", "/n%zz+."}) {
      const Answer none = api.send(method, path);
      EXPECT_EQ(none.status, 404U) << path << ' ' << name_of(method);
      EXPECT_EQ(none.problem(), "not_found") << path << ' ' << name_of(method);
      EXPECT_EQ(none.header("Allow"), "") << path << ' ' << name_of(method);
    }
  }
}

TEST(ANearMiss, OfAPreviewIsForThoseWhoMayReadThePreview) {
  ApiOptions options;
  options.loopback_only = true;
  ApiHarness api{options};
  api.given("plain");
  for (const char* path : {"/plain+", "/plain+/", "/plain+."}) {
    EXPECT_EQ(api.get(path, test::at_host("evil.example")).status, 421U) << path;
    EXPECT_EQ(api.get(path, test::at_host("localhost")).status, 200U) << path;
  }
  EXPECT_EQ(api.get("/plain/", test::at_host("evil.example")).status, 302U);
}

TEST(ANearMiss, IsFoundForCodesOfOtherSoftware) {
  ApiHarness api;
  api.given_from_elsewhere("été", "https://example.com/summer");
  api.given_from_elsewhere("日本", "https://example.com/japan");
  for (const char* path :
       {"/été.", "/%C3%A9t%C3%A9/", "/«été»", "/e\u0301te\u0301)", "/%C3%A9t%C3%A9%E2%80%9D"}) {
    const Answer answer = api.get(path);
    EXPECT_EQ(answer.header("Location"), "https://example.com/summer") << path;
    EXPECT_EQ(answer.visited_version, 1) << path;
  }
  for (const char* path : {"/日本。", "/「日本」", "/日本\u3000", "/日本）。"}) {
    EXPECT_EQ(api.get(path).header("Location"), "https://example.com/japan") << path;
  }
}

TEST(ANearMiss, CostsAScannerLookupsLikeEveryOtherPath) {
  test::FakeStoreApi api;
  for (int i = 0; i < 10; ++i) {
    EXPECT_EQ(api.get(fmt::format("/scan{})/", i)).status, 404U);
    EXPECT_EQ(api.store.finds(), static_cast<std::size_t>(i + 1)) << "one lookup, of the code that is meant";
  }
  EXPECT_EQ(api.get("/scan1)").statements, 0U) << "that no link has it is remembered for the code";
  EXPECT_EQ(api.store.finds(), 10U);
}

TEST(ANearMiss, IsLimitedLikeEveryLookupOfACodeThatLeadsNowhere) {
  ApiHarness api{{}, nullptr, {{.not_found = {3, seconds{60}}}}};
  api.given("plain");
  EXPECT_EQ(api.get("/plain/").status, 302U);
  for (const char* path : {"/none1/", "/none2)", "//none3"}) EXPECT_EQ(api.get(path).status, 404U) << path;
  EXPECT_EQ(api.get("/none4/").status, 429U);
  EXPECT_EQ(api.get("/plain/").status, 302U) << "which is in the cache";
}

}  // namespace
}  // namespace curt::api
