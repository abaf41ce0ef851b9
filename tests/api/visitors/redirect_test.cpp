#include <chrono>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/http/fake_store_api.hpp"

namespace curt::api {
namespace {

using namespace std::chrono_literals;
using http::Method;
using test::Answer;
using test::ApiHarness;
using testing::HasSubstr;

TEST(Redirect, LeadsToTheTarget) {
  ApiHarness api;
  api.given("abc", "https://example.com/a?b=c#d");
  const Answer answer = api.get("/abc");
  EXPECT_EQ(answer.status, 302U);
  EXPECT_EQ(answer.header("Location"), "https://example.com/a?b=c#d");
  EXPECT_EQ(answer.header("Cache-Control"), "private, max-age=0");
  EXPECT_EQ(answer.route, "/{code}");
  EXPECT_TRUE(answer.body.empty());
}

TEST(Redirect, AnswersWithoutWaitingFromTheSecondTimeOn) {
  ApiHarness api;
  api.given("abc");
  EXPECT_TRUE(api.get("/abc").waited);
  const Answer second = api.get("/abc");
  EXPECT_FALSE(second.waited);
  EXPECT_EQ(second.status, 302U);

  EXPECT_TRUE(api.get("/none").waited);
  EXPECT_FALSE(api.get("/none").waited);
  EXPECT_EQ(api.get("/none").status, 404U);
}

TEST(Redirect, IsAVisitOfTheLinksVersion) {
  ApiHarness api;
  api.given("abc");
  const Answer first = api.get("/abc");
  EXPECT_TRUE(first.waited);
  EXPECT_EQ(first.visited_version, 1);
  const Answer second = api.get("/%61bc?q");
  EXPECT_FALSE(second.waited);
  EXPECT_EQ(second.visited_version, 1);
  api.edit("abc", {{"redirect_status", 301}});
  EXPECT_EQ(api.get("/abc").visited_version, 2);
}

TEST(Redirect, IsNoVisitWhereNobodyGoesThere) {
  ApiHarness api;
  api.given("abc");
  EXPECT_EQ(api.send(Method::head, "/abc").visited_version, 0);
  EXPECT_EQ(api.get("/abc+").visited_version, 0);
  EXPECT_EQ(api.get("/api/v1/links/abc").visited_version, 0);
  const Answer ahead = api.get("/abc", [](http::Request& request) { request.prefetch = true; });
  EXPECT_EQ(ahead.status, 302U);
  EXPECT_EQ(ahead.visited_version, 0);

  EXPECT_EQ(api.get("/none").visited_version, 0);
  EXPECT_EQ(api.get("/n%ne").visited_version, 0);
  api.given("later", "https://example.com/", {{"not_before", "2026-11-22T12:00:10Z"}});
  EXPECT_EQ(api.get("/later").visited_version, 0);
  api.remove("abc");
  EXPECT_EQ(api.get("/abc").status, 410U);
  EXPECT_EQ(api.get("/abc").visited_version, 0);
}

TEST(Redirect, AnswersHeadLikeGet) {
  ApiHarness api;
  api.given("abc");
  const Answer get = api.get("/abc");
  const Answer head = api.send(Method::head, "/abc");
  EXPECT_EQ(head.status, 302U);
  EXPECT_EQ(head.headers, get.headers);
}

TEST(Redirect, UsesTheStatusOfTheLink) {
  ApiHarness api;
  for (const unsigned status : {301U, 302U, 307U, 308U}) {
    const std::string code = "s" + std::to_string(status);
    api.given(code, "https://example.com/", {{"redirect_status", status}});
    EXPECT_EQ(api.get("/" + code).status, status);
  }
}

TEST(Redirect, LetsAPermanentRedirectBeKeptAsLongAsTheLinkLives) {
  ApiHarness api;
  api.given("ever", "https://example.com/", {{"redirect_status", 301}});
  EXPECT_EQ(api.get("/ever").header("Cache-Control"), "");
  api.given("hour", "https://example.com/", {{"redirect_status", 308}, {"ttl", 3600}});
  EXPECT_EQ(api.get("/hour").header("Cache-Control"), "private, max-age=3600");
  api.clock.advance(3'599'500ms);
  EXPECT_EQ(api.get("/hour").header("Cache-Control"), "private, max-age=0");
  api.given("found", "https://example.com/", {{"ttl", 3600}});
  EXPECT_EQ(api.get("/found").header("Cache-Control"), "private, max-age=0");
}

TEST(Redirect, EndsWhenTheLinkExpires) {
  ApiHarness api;
  api.given("abc", "https://example.com/", {{"ttl", 10}});
  EXPECT_EQ(api.get("/abc").status, 302U);
  api.clock.advance(9'999ms);
  EXPECT_EQ(api.get("/abc").status, 302U);
  api.clock.advance(1ms);
  const Answer cached = api.get("/abc");
  EXPECT_FALSE(cached.waited) << "the cache must not outlive the link";
  EXPECT_EQ(cached.status, 410U);
  EXPECT_EQ(cached.problem(), "expired");
}

TEST(Redirect, BeginsWhenTheLinkDoes) {
  ApiHarness api;
  api.given("abc", "https://example.com/", {{"not_before", "2026-11-22T12:00:10Z"}});
  EXPECT_EQ(api.get("/abc").status, 404U);
  EXPECT_EQ(api.get("/abc").problem(), "not_yet");
  api.clock.advance(10s);
  EXPECT_EQ(api.get("/abc").status, 302U);
}

TEST(Redirect, IsSwitchedOffAndOn) {
  ApiHarness api;
  api.given("abc");
  EXPECT_EQ(api.get("/abc").status, 302U);
  api.edit("abc", {{"enabled", false}});
  EXPECT_EQ(api.get("/abc").status, 410U);
  EXPECT_EQ(api.get("/abc").problem(), "disabled");
  api.edit("abc", {{"enabled", true}});
  EXPECT_EQ(api.get("/abc").status, 302U);
}

TEST(Redirect, FindsALinkThatIsMadeAfterSomebodyAskedForIt) {
  ApiHarness api;
  EXPECT_EQ(api.get("/abc").status, 404U);
  api.given("abc");
  EXPECT_EQ(api.get("/abc").status, 302U);
}

TEST(Redirect, ForwardsTheQueryWhereTheLinkWantsIt) {
  ApiHarness api;
  api.given("plain", "https://example.com/?a=1");
  api.given("open", "https://example.com/?a=1#top", {{"forward_query", true}});
  EXPECT_EQ(api.get("/plain?b=2").header("Location"), "https://example.com/?a=1");
  EXPECT_EQ(api.get("/open?b=2&c=%20").header("Location"), "https://example.com/?a=1&b=2&c=%20#top");
  EXPECT_EQ(api.get("/open").header("Location"), "https://example.com/?a=1#top");
  EXPECT_EQ(api.get("/open?").header("Location"), "https://example.com/?a=1#top");
}

TEST(Redirect, KnowsTheCodeInPercentEncoding) {
  ApiHarness api;
  api.given("a-b_C");
  for (const char* path : {"/a-b_C", "/%61-b_C", "/a%2Db%5fC"}) EXPECT_EQ(api.get(path).status, 302U) << path;
  EXPECT_EQ(api.get("/A-B_c").status, 404U);
}

TEST(Redirect, FindsNoLinkWhereNoCodeIs) {
  ApiHarness api;
  const std::string too_long = "/" + std::string(65, 'a');
  for (const std::string& path :
       {std::string{"/none"}, std::string{"/a%20b"}, std::string{"/%zz"}, std::string{"/%"},
        std::string{"/a%2Fb"}, std::string{"/a.b"}, std::string{"/%00"}, too_long}) {
    const Answer answer = api.get(path);
    EXPECT_EQ(answer.status, 404U) << path;
    EXPECT_EQ(answer.problem(), "not_found") << path;
  }
}

TEST(Redirect, ShowsBrowsersAPageWhereNoLinkIs) {
  ApiHarness api;
  api.given("soon", "https://example.com/", {{"not_before", "2026-11-23T12:00:00Z"}});
  api.given("over", "https://example.com/", {{"ttl", 1}});
  api.given("off", "https://example.com/", {{"enabled", false}});
  api.given("dead");
  api.remove("dead");
  api.clock.advance(5s);
  const std::pair<const char*, const char*> headings[] = {
      {"/none", "This link does not exist"},    {"/%zz", "This link does not exist"},
      {"/soon", "This link is not active yet"}, {"/over", "This link has expired"},
      {"/off", "This link is switched off"},    {"/dead", "This link was removed"}};
  for (const auto& [path, heading] : headings) {
    const Answer page = api.get_page(path);
    EXPECT_EQ(page.status, api.get(path).status) << path;
    EXPECT_EQ(page.content_type, "text/html; charset=utf-8") << path;
    EXPECT_THAT(page.body, HasSubstr("<h1>" + std::string{heading} + "</h1>"));
    EXPECT_THAT(page.body, HasSubstr(ApiHarness::kRequestId));
  }
}

TEST(Redirect, AnswersFromTheCacheWhileTheStoreIsAway) {
  test::FakeStoreApi api;
  api.given("abc");
  api.given("abd");
  EXPECT_EQ(api.get("/abc").status, 302U);
  api.store.fail_with(ErrorCode::unavailable);
  EXPECT_EQ(api.get("/abc").status, 302U);

  const Answer unknown = api.get("/abd");
  EXPECT_EQ(unknown.status, 503U);
  EXPECT_EQ(unknown.problem(), "unavailable");
  EXPECT_THAT(unknown.header("Retry-After"), testing::AnyOf("1", "2", "3"));
  const Answer page = api.get_page("/abd");
  EXPECT_EQ(page.status, 503U);
  EXPECT_THAT(page.header("Retry-After"), testing::AnyOf("1", "2", "3"));
  EXPECT_THAT(page.body, HasSubstr("This link cannot be opened right now"));

  api.store.fail_with(std::nullopt);
  EXPECT_EQ(api.get("/abd").status, 302U);
}

TEST(PreviewLink, ShowsAProgramWhereTheLinkLeads) {
  ApiHarness api;
  api.given("abc", "https://example.com/a?b=c", {{"title", "A title"}});
  const Answer answer = api.get("/abc+");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.route, "/{code}+");
  EXPECT_EQ(answer.header("Location"), "");
  const nlohmann::json expected{{"code", "abc"},
                                {"short_url", "https://sho.rt/abc"},
                                {"url", "https://example.com/a?b=c"},
                                {"title", "A title"}};
  EXPECT_EQ(answer.json(), expected);
  api.given("abd");
  EXPECT_EQ(api.get("/abd+").json()["title"], nullptr);
}

TEST(PreviewLink, ShowsABrowserAPage) {
  ApiHarness api;
  api.given("abc", "https://example.com/?a=<b>&c='d'", {{"title", "<script>{{body}}</script>"}});
  const Answer page = api.get_page("/abc+");
  EXPECT_EQ(page.status, 200U);
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_THAT(page.body, HasSubstr("&lt;script&gt;&#123;&#123;body}}&lt;/script&gt;"));
  EXPECT_THAT(page.body, HasSubstr(R"(href="https://example.com/?a=%3Cb%3E&amp;c=%27d%27">Go there</a>)"));
  EXPECT_THAT(page.body, testing::Not(HasSubstr("<script")));
}

TEST(PreviewLink, SaysWhyThereIsNone) {
  ApiHarness api;
  api.given("off", "https://example.com/", {{"enabled", false}});
  EXPECT_EQ(api.get("/off+").status, 410U);
  EXPECT_EQ(api.get("/none+").status, 404U);
  EXPECT_EQ(api.get("/a%20b+").problem(), "not_found");
  EXPECT_EQ(api.get("/+").problem(), "not_found");
  EXPECT_THAT(api.get_page("/none+").body, HasSubstr("This link does not exist"));
}

}  // namespace
}  // namespace curt::api
