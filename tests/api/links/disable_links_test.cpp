#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/captured_log.hpp"
#include "support/http/api_harness.hpp"

namespace curt::api {
namespace {

using http::Method;
using nlohmann::json;
using test::Answer;
using test::ApiHarness;
using testing::ElementsAre;
using testing::HasSubstr;

Answer disable(ApiHarness& api, const json& body, const ApiHarness::Prepare& prepare = nullptr) {
  return api.send(Method::post, "/api/v1/links/disable", body.dump(), prepare);
}

/// The body with the number of links that it means.
json confirmed(ApiHarness& api, json body) {
  body["confirm"] = disable(api, body).json().at("matched");
  return body;
}

bool is_enabled(ApiHarness& api, const std::string& code) {
  return api.get("/api/v1/links/" + code).json().at("enabled").get<bool>();
}

class DisableLinks : public ::testing::Test {
 protected:
  void SetUp() override {
    api_.given("a", "https://evil.example/");
    api_.given("b", "https://www.EVIL.example:8080/path", {{"tags", {"spam"}}});
    api_.given("c", "https://notevil.example/?evil.example", {{"title", "evil.example"}, {"tags", {"spam"}}});
    api_.given("d", "https://evil.example/off", {{"enabled", false}});
    api_.given("e", "https://evil.example/gone");
    api_.remove("e");
  }

  ApiHarness api_;
};

TEST_F(DisableLinks, OnlyTellsTheNumberAtFirst) {
  const Answer answer = disable(api_, {{"host", "Evil.example."}});
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.json(), json({{"matched", 2}, {"disabled", 0}}));
  EXPECT_TRUE(is_enabled(api_, "a"));
}

TEST_F(DisableLinks, TakesAHostAsListsOfHostsHaveIt) {
  for (const char* host : {".evil.example", "*.evil.example", "*.Evil.example."}) {
    EXPECT_EQ(disable(api_, {{"host", host}}).json(), json({{"matched", 2}, {"disabled", 0}})) << host;
  }
}

TEST_F(DisableLinks, RefusesWhatStandsInTheQueryString) {
  const Answer answer =
      api_.send(Method::post, "/api/v1/links/disable?host=evil.example&confirm=1", R"({"tag": "spam"})");
  EXPECT_EQ(answer.status, 422U);
  EXPECT_THAT(answer.body, HasSubstr("confirm"));
  EXPECT_EQ(api_.send(Method::post, "/shorten?alias=x", R"({"url": "https://example.com/"})").status, 422U);
}

TEST_F(DisableLinks, DisablesThoseToAHostAndBelowIt) {
  ASSERT_EQ(api_.get("/a").status, 302U);
  EXPECT_EQ(disable(api_, {{"host", "evil.example"}, {"confirm", 2}}).json(),
            json({{"matched", 2}, {"disabled", 2}}));
  EXPECT_EQ(api_.get("/a").problem(), "disabled");
  EXPECT_FALSE(is_enabled(api_, "a"));
  EXPECT_FALSE(is_enabled(api_, "b"));
  EXPECT_TRUE(is_enabled(api_, "c"));
  EXPECT_EQ(api_.get("/api/v1/links/a").json().at("version"), 2);
  EXPECT_EQ(api_.get("/api/v1/links/d").json().at("version"), 1) << "it was disabled before";
  EXPECT_EQ(disable(api_, {{"host", "evil.example"}}).json().at("matched"), 0);
}

TEST_F(DisableLinks, ChangesNothingWhereAnotherNumberWasConfirmed) {
  const Answer answer = disable(api_, {{"host", "evil.example"}, {"confirm", 3}});
  EXPECT_EQ(answer.status, 409U);
  EXPECT_EQ(answer.problem(), "count_changed");
  EXPECT_THAT(answer.blamed(), ElementsAre("confirm"));
  EXPECT_THAT(answer.body, HasSubstr("means 2 links now"));
  EXPECT_TRUE(is_enabled(api_, "a"));
}

TEST_F(DisableLinks, MeansThoseForWhichAllConditionsHold) {
  EXPECT_EQ(disable(api_, {{"tag", "spam"}}).json().at("matched"), 2);
  EXPECT_EQ(disable(api_, {{"query", "EVIL.EXAMPLE"}}).json().at("matched"), 3);
  EXPECT_EQ(disable(api_, {{"query", "evil.example"}, {"tag", "spam"}}).json().at("matched"), 2);
  EXPECT_EQ(disable(api_, {{"host", "evil.example"}, {"query", "path"}}).json().at("matched"), 1);
  EXPECT_EQ(disable(api_, {{"codes", {"a", "c", "e", "none", "a"}}}).json().at("matched"), 2);
  EXPECT_EQ(disable(api_, {{"codes", {"a", "c"}}, {"host", "evil.example"}}).json().at("matched"), 1);
  EXPECT_EQ(disable(api_, {{"owner", "none"}}).json().at("matched"), 3);
  EXPECT_EQ(disable(api_, {{"owner", "Kf3Rz81QmPaw"}}).json().at("matched"), 0);
}

TEST_F(DisableLinks, DisablesOneByItsCode) {
  EXPECT_EQ(disable(api_, confirmed(api_, {{"codes", {"c"}}})).json().at("disabled"), 1);
  EXPECT_FALSE(is_enabled(api_, "c"));
  EXPECT_TRUE(is_enabled(api_, "a"));
}

TEST_F(DisableLinks, LeavesAnAuditLineOfEach) {
  const test::CapturedLog log;
  (void)disable(api_, {{"host", "evil.example"}, {"confirm", 2}});
  const auto lines = log.events("audit");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].at("action"), "disable");
  EXPECT_EQ(lines[0].at("code"), "a");
  EXPECT_EQ(lines[0].at("from_version"), 1);
  EXPECT_EQ(lines[0].at("to_version"), 2);
  EXPECT_EQ(lines[1].at("code"), "b");
}

TEST_F(DisableLinks, RefusesWhatMeansNoneOrAll) {
  for (const json& body : std::vector<json>{{{"confirm", 1}},
                                            json::object(),
                                            {{"host", ""}},
                                            {{"host", "https://evil.example"}},
                                            {{"host", "evil.example/path"}},
                                            {{"host", "evil.example:80"}},
                                            {{"host", "a b"}},
                                            {{"host", "*"}},
                                            {{"host", "*."}},
                                            {{"host", "..evil.example"}},
                                            {{"host", "*.*.example"}},
                                            {{"owner", "x"}},
                                            {{"query", ""}},
                                            {{"tag", ""}},
                                            {{"codes", json::array()}},
                                            {{"codes", {"a/b"}}},
                                            {{"codes", std::vector<std::string>(501, "a")}},
                                            {{"host", "evil.example"}, {"confirm", -1}},
                                            {{"host", "evil.example"}, {"confirm", "2"}},
                                            {{"hosts", "evil.example"}}}) {
    const Answer answer = disable(api_, body);
    EXPECT_EQ(answer.status, 422U) << body.dump();
    EXPECT_EQ(answer.problem(), "invalid_value") << body.dump();
  }
  EXPECT_EQ(disable(api_, json::array()).status, 400U);
}

TEST_F(DisableLinks, LeavesALinkOfThatNameToOtherMethods) {
  api_.given("disable");
  EXPECT_EQ(api_.get("/api/v1/links/disable").json().at("code"), "disable");
  EXPECT_EQ(api_.edit("disable", {{"title", "T"}}).status, 200U);
  EXPECT_EQ(api_.get("/disable").status, 302U);
  EXPECT_EQ(api_.remove("disable").status, 204U);
}

TEST_F(DisableLinks, ListsTheMethodsOfALinkOfThatNameToo) {
  const std::string all = "POST, GET, HEAD, PATCH, DELETE, OPTIONS";
  const Answer refused = api_.send(Method::put, "/api/v1/links/disable");
  EXPECT_EQ(refused.status, 405U);
  EXPECT_EQ(refused.header("Allow"), all);
  EXPECT_EQ(api_.send(Method::options, "/api/v1/links/disable").header("Allow"), all);
  EXPECT_EQ(api_.send(Method::options, "/docs").header("Allow"), "GET, HEAD, OPTIONS") << "of no link";
}

TEST_F(DisableLinks, GoesOnPastOnePage) {
  for (int i = 0; i < 520; ++i) api_.given("m" + std::to_string(i), "https://many.example/");
  EXPECT_EQ(disable(api_, confirmed(api_, {{"host", "many.example"}})).json(),
            json({{"matched", 520}, {"disabled", 520}}));
  EXPECT_EQ(disable(api_, {{"host", "many.example"}}).json().at("matched"), 0);
}

TEST(DisableLinksByKey, IsForAdminsAlone) {
  ApiHarness api{{.auth = Auth::keys}};
  const std::string admin = api.key({"admin"});
  const std::string writer = api.key({"links:write"});
  const json body{{"host", "evil.example"}};
  EXPECT_EQ(disable(api, body).status, 401U);
  EXPECT_EQ(disable(api, body, test::by(writer)).problem(), "insufficient_scope");
  EXPECT_EQ(disable(api, body, test::by(admin)).status, 200U);
}

TEST(DisableLinksByKey, MeansLinksOfAKey) {
  ApiHarness api{{.auth = Auth::keys}};
  const std::string admin = api.key({"admin"});
  const std::string writer = api.key({"links:write"});
  const json made = api.create({{"url", "https://example.com/"}}, test::by(writer)).json();
  (void)api.create({{"url", "https://example.com/"}}, test::by(admin));
  json body{{"owner", made.at("owner")}};
  EXPECT_EQ(disable(api, body, test::by(admin)).json().at("matched"), 1);
  body["confirm"] = 1;
  EXPECT_EQ(disable(api, body, test::by(admin)).json().at("disabled"), 1);
  EXPECT_EQ(api.get("/" + made.at("code").get<std::string>()).problem(), "disabled");
}

}  // namespace
}  // namespace curt::api
