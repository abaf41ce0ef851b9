#include <memory>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "support/fakes/fake_link_store.hpp"
#include "support/http/api_harness.hpp"

// What every answer with a link says of its visits.

namespace curt::api {
namespace {

using nlohmann::json;
using test::Answer;
using test::ApiHarness;

const json kNone{{"total", 0}, {"humans", 0}, {"bots", 0}, {"imported", 0}};
const json kSome{{"total", 5}, {"humans", 3}, {"bots", 2}, {"imported", 1}};

TEST(LinkVisits, AreZeroOnANewLinkWithoutBeingAskedFor) {
  ApiHarness api;
  EXPECT_EQ(api.given("abc").at("visits"), kNone);
  EXPECT_TRUE(api.visits.totals_asked.empty());
}

TEST(LinkVisits, AreOnALinkThatIsReadEditedOrReused) {
  ApiHarness api;
  api.given("abc");
  api.visits.put("abc", {3, 2, 1});
  EXPECT_EQ(api.get("/api/v1/links/abc").json().at("visits"), kSome);
  EXPECT_EQ(api.edit("abc", {{"title", "T"}}).json().at("visits"), kSome);
  const Answer reused = api.create({{"url", "https://example.com/"}, {"reuse", true}});
  EXPECT_EQ(reused.status, 200U) << reused.body;
  EXPECT_EQ(reused.json().at("visits"), kSome);
  EXPECT_EQ(api.visits.totals_asked.size(), 3U);
}

TEST(LinkVisits, AreOnACreateThatIsRepeated) {
  ApiHarness api;
  const auto with_key = test::with_key("once");
  const json body{{"url", "https://example.com/"}, {"alias", "abc"}};
  EXPECT_EQ(api.create(body, with_key).json().at("visits"), kNone);
  api.visits.put("abc", {3, 2, 1});
  const Answer again = api.create(body, with_key);
  EXPECT_EQ(again.status, 201U);
  EXPECT_EQ(again.json().at("visits"), kSome);
}

TEST(LinkVisits, AreAskedForOnceForAPage) {
  ApiHarness api;
  EXPECT_EQ(api.get("/api/v1/links").status, 200U);
  EXPECT_TRUE(api.visits.totals_asked.empty());
  for (const char* code : {"a", "b", "c"}) api.given(code);
  api.visits.put("b", {3, 2, 1});
  const json page = api.get("/api/v1/links?sort=code").json().at("data");
  EXPECT_EQ(page.at(0).at("visits"), kNone);
  EXPECT_EQ(page.at(1).at("visits"), kSome);
  EXPECT_EQ(page.at(2).at("visits"), kNone);
  ASSERT_EQ(api.visits.totals_asked.size(), 1U);
  EXPECT_EQ(api.visits.totals_asked[0].size(), 3U);
}

TEST(LinkVisits, AreNullRatherThanThatADoneChangeFails) {
  ApiHarness api;
  api.given("abc");
  api.visits.fail_with(ErrorCode::unavailable);
  const Answer edited = api.edit("abc", {{"title", "T"}});
  EXPECT_EQ(edited.status, 200U);
  EXPECT_EQ(edited.json().at("visits"), nullptr);
  EXPECT_EQ(edited.json().at("title"), "T");
  const Answer reused = api.create({{"url", "https://example.com/"}, {"reuse", true}});
  EXPECT_EQ(reused.status, 200U);
  EXPECT_EQ(reused.json().at("visits"), nullptr);
  EXPECT_EQ(api.given("new").at("visits"), kNone);
}

TEST(LinkVisits, AreNotMadeUpForALinkThatIsRead) {
  ApiHarness api;
  api.given("abc");
  api.visits.fail_with(ErrorCode::unavailable);
  EXPECT_EQ(api.get("/api/v1/links/abc").status, 503U);
  EXPECT_EQ(api.get("/api/v1/links").status, 503U);
}

}  // namespace
}  // namespace curt::api
