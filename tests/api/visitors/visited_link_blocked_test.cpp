#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/http/api_harness.hpp"
#include "support/metric_value.hpp"

namespace curt::api {
namespace {

using http::Method;
using test::Answer;
using test::ApiHarness;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// From now on these hosts and all below them are blocked.
void block(ApiHarness& api, const std::vector<std::string>& hosts) {
  limits::ListedHosts lists;
  for (const std::string& host : hosts) lists.blocked.add(host, limits::Reach::below);
  api.lists.publish(std::move(lists));
}

TEST(Blocked, IsALinkInTheCacheFromTheNextRequestOn) {
  ApiHarness api;
  api.given("abc", "https://www.evil.example/path");
  ASSERT_EQ(api.get("/abc").status, 302U);
  block(api, {"evil.example"});
  const Answer answer = api.get("/abc");
  EXPECT_FALSE(answer.waited);
  EXPECT_EQ(answer.status, 403U);
  EXPECT_EQ(answer.problem(), "blocked");
  EXPECT_EQ(answer.header("Location"), "");
  EXPECT_EQ(answer.visited_version, 0) << "it is no visit";
  EXPECT_THAT(answer.body, Not(HasSubstr("evil")));
  block(api, {"other.example"});
  EXPECT_EQ(api.get("/abc").status, 302U);
}

TEST(Blocked, IsALinkThatIsNotInTheCache) {
  ApiHarness api;
  api.given("abc", "https://evil.example/");
  block(api, {"evil.example"});
  const Answer answer = api.get("/abc");
  EXPECT_TRUE(answer.waited);
  EXPECT_EQ(answer.problem(), "blocked");
}

TEST(Blocked, IsSaidInPlainWordsToABrowser) {
  ApiHarness api;
  api.given("abc", "https://evil.example/");
  block(api, {"evil.example"});
  for (const char* path : {"/abc", "/abc+"}) {
    const Answer answer = api.get_page(path);
    EXPECT_EQ(answer.status, 403U) << path;
    EXPECT_THAT(answer.content_type, HasSubstr("text/html"));
    EXPECT_THAT(answer.body, HasSubstr("This link is blocked"));
    EXPECT_THAT(answer.body, Not(HasSubstr("evil.example"))) << "nothing leads there";
  }
}

TEST(Blocked, IsThePreviewToo) {
  ApiHarness api;
  api.given("abc", "https://evil.example/");
  block(api, {"evil.example"});
  const Answer answer = api.get("/abc+");
  EXPECT_EQ(answer.status, 403U);
  EXPECT_EQ(answer.problem(), "blocked");
}

TEST(Blocked, IsAnsweredToHeadAlike) {
  ApiHarness api;
  api.given("abc", "https://evil.example/");
  block(api, {"evil.example"});
  EXPECT_EQ(api.send(Method::head, "/abc").status, 403U);
}

TEST(Blocked, TakesNoVisitOfALinkWithMaxVisits) {
  ApiHarness api;
  api.given("abc", "https://evil.example/", {{"max_visits", 1}});
  block(api, {"evil.example"});
  EXPECT_EQ(api.get("/abc").problem(), "blocked");
  EXPECT_EQ(api.get("/abc").problem(), "blocked");
  block(api, {});
  EXPECT_EQ(api.get("/abc").status, 302U);
  EXPECT_EQ(api.get("/abc").problem(), "spent");
}

TEST(Blocked, IsOutrankedByWhatEndedTheLink) {
  ApiHarness api;
  api.given("off", "https://evil.example/", {{"enabled", false}});
  api.given("gone", "https://evil.example/");
  api.remove("gone");
  block(api, {"evil.example"});
  EXPECT_EQ(api.get("/off").problem(), "disabled");
  EXPECT_EQ(api.get("/gone").problem(), "deleted");
}

TEST(Blocked, IsCounted) {
  ApiHarness api;
  api.given("abc", "https://evil.example/");
  block(api, {"evil.example"});
  (void)api.get("/abc");
  (void)api.get("/abc");
  (void)api.get("/abc+");
  (void)api.create({{"url", "https://evil.example/"}});
  EXPECT_EQ(test::metric_value(api.metrics, "curt_blocklist_refused_total{what=\"redirect\"}"), "3")
      << "previews too";
  EXPECT_EQ(test::metric_value(api.metrics, "curt_blocklist_refused_total{what=\"write\"}"), "1");
}

TEST(Blocked, IsATargetOfANewLinkOrAnEdit) {
  ApiHarness api;
  api.given("abc");
  block(api, {"evil.example"});
  const Answer created = api.create({{"url", "https://a.evil.example/"}});
  EXPECT_EQ(created.status, 403U);
  EXPECT_EQ(created.problem(), "blocked");
  EXPECT_THAT(created.blamed(), ElementsAre("url"));
  const Answer edited = api.edit("abc", {{"url", "https://evil.example./"}});
  EXPECT_EQ(edited.status, 403U);
  EXPECT_EQ(edited.problem(), "blocked");
  EXPECT_EQ(api.get("/abc").status, 302U);
}

TEST(Blocked, IsOneErrorOfSeveral) {
  ApiHarness api;
  block(api, {"evil.example"});
  const Answer answer = api.create({{"url", "https://evil.example/"}, {"alias", "a b"}});
  EXPECT_EQ(answer.status, 422U);
  EXPECT_EQ(answer.problem(), "invalid_value");
  EXPECT_THAT(answer.blamed(), ElementsAre("url", "alias"));
}

TEST(Blocked, DoesNotKeepTheRestOfALinkFromBeingEdited) {
  ApiHarness api;
  api.given("abc", "https://evil.example/");
  block(api, {"evil.example"});
  EXPECT_EQ(api.edit("abc", {{"title", "bad"}}).status, 200U);
  EXPECT_EQ(api.edit("abc", {{"url", "https://good.example/"}}).status, 200U);
  EXPECT_EQ(api.get("/abc").status, 302U);
}

TEST(Blocked, IsShownToTheOwner) {
  ApiHarness api;
  api.given("bad", "https://evil.example/");
  api.given("good", "https://good.example/");
  EXPECT_EQ(api.get("/api/v1/links/bad").json().at("blocked"), false);
  block(api, {"evil.example"});
  EXPECT_EQ(api.get("/api/v1/links/bad").json().at("blocked"), true);
  EXPECT_EQ(api.get("/api/v1/links/good").json().at("blocked"), false);
  const auto listed = api.get("/api/v1/links?sort=code").json().at("data");
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].at("blocked"), true);
  EXPECT_EQ(listed[1].at("blocked"), false);
}

TEST(Warnings, AreShownOfHostsThatDeceive) {
  ApiHarness api;
  EXPECT_EQ(api.given("plain").at("warnings"), nlohmann::json::array());
  EXPECT_THAT(api.given("mixed", "https://p\xD0\xB0ypal.example/").at("warnings"),
              ElementsAre("mixed_script_host"));
  EXPECT_THAT(api.given("alike", "https://\xD1\x81\xD0\xBE\xD1\x81\xD0\xBE.com/").at("warnings"),
              ElementsAre("confusable_host"));
  EXPECT_THAT(api.given("both", "https://p\xD0\xB0y.\xD1\x81\xD0\xBE\xD1\x81\xD0\xBE.com/").at("warnings"),
              ElementsAre("mixed_script_host", "confusable_host"));
  EXPECT_EQ(api.get("/alike").status, 302U) << "they only warn";
}

}  // namespace
}  // namespace curt::api
