#include <memory>
#include <string>
#include <utility>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fakes/fake_link_store.hpp"
#include "support/http/api_harness.hpp"

namespace curt::api {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using test::Answer;
using test::ApiHarness;
using testing::HasSubstr;
using testing::Not;

TEST(GetHome, ShowsHowToShorten) {
  ApiOptions options;
  options.base_url = "https://go.example";
  ApiHarness api{options};
  const Answer page = api.get("/");
  EXPECT_EQ(page.status, 200U);
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_THAT(page.body, HasSubstr("curl https://go.example/shorten"));
  EXPECT_THAT(page.body, Not(HasSubstr("{{")));
}

TEST(GetHome, LeadsElsewhereWhereThatIsSet) {
  ApiOptions options;
  options.root_redirect = "https://www.example.com/";
  ApiHarness api{options};
  const Answer answer = api.get("/");
  EXPECT_EQ(answer.status, 302U);
  EXPECT_EQ(answer.header("Location"), "https://www.example.com/");
}

TEST(StaticPages, AreThereWithoutWaiting) {
  ApiHarness api;
  const std::pair<const char*, const char*> pages[] = {
      {"/docs", "text/html; charset=utf-8"},
      {"/docs/docs.js", "text/javascript; charset=utf-8"},
      {"/docs/swagger-ui.css", "text/css; charset=utf-8"},
      {"/docs/swagger-ui-bundle.js", "text/javascript; charset=utf-8"},
      {"/robots.txt", "text/plain; charset=utf-8"},
      {"/favicon.ico", "image/svg+xml"},
      {"/openapi.json", "application/json"}};
  for (const auto& [path, type] : pages) {
    const Answer answer = api.get(path);
    EXPECT_EQ(answer.status, 200U) << path;
    EXPECT_EQ(answer.content_type, type) << path;
    EXPECT_FALSE(answer.body.empty()) << path;
    EXPECT_FALSE(answer.waited) << path;
    EXPECT_EQ(answer.header("X-Content-Type-Options"), "nosniff") << path;
    EXPECT_NE(answer.header("Cache-Control"), "") << path;
  }
}

TEST(GetDocs, RunsNoScriptFromElsewhere) {
  ApiHarness api;
  const Answer docs = api.get("/docs");
  EXPECT_THAT(docs.header("Content-Security-Policy"), HasSubstr("script-src 'self';"));
  EXPECT_THAT(docs.body, Not(HasSubstr("src=\"http")));
  EXPECT_THAT(docs.body, HasSubstr("src=\"/docs/swagger-ui-bundle.js\""));
}

TEST(GetRobots, KeepsShortLinksOpenAndTheApiClosed) {
  ApiHarness api;
  EXPECT_THAT(api.get("/robots.txt").body, HasSubstr("Disallow: /api/"));
  EXPECT_THAT(api.get("/robots.txt").body, Not(HasSubstr("Disallow: /\n")));
}

TEST(GetOpenApi, IsTheDocumentOfThisVersion) {
  ApiHarness api;
  const json document = api.get("/openapi.json").json();
  EXPECT_EQ(document["openapi"], "3.0.3");
  EXPECT_EQ(document["info"]["version"], CURT_VERSION);
}

TEST(GetHealth, IsAliveWhateverHappens) {
  auto store = std::make_unique<test::FakeLinkStore>();
  store->fail_with(ErrorCode::unavailable);
  ApiHarness api{{}, std::move(store)};
  for (const LifeStage stage : {LifeStage::starting, LifeStage::serving, LifeStage::stopping}) {
    api.life_stage = stage;
    EXPECT_EQ(api.get("/health/live").status, 200U);
    EXPECT_EQ(api.get("/health/live").json(), (json{{"status", "up"}}));
  }
}

TEST(GetHealth, IsReadyBetweenStartAndStop) {
  ApiHarness api;
  api.life_stage = LifeStage::starting;
  EXPECT_EQ(api.get("/health/ready").status, 503U);
  EXPECT_EQ(api.get("/health/ready").json()["status"], "starting");
  EXPECT_EQ(api.get("/health/ready").header("Retry-After"), "1");
  api.life_stage = LifeStage::serving;
  EXPECT_EQ(api.get("/health/ready").status, 200U);
  EXPECT_EQ(api.get("/health/ready").json()["status"], "up");
  api.life_stage = LifeStage::stopping;
  EXPECT_EQ(api.get("/health/ready").status, 503U);
  EXPECT_EQ(api.get("/health/ready").json()["status"], "stopping");
}

TEST(GetHealth, StaysReadyWithoutTheStore) {
  auto store = std::make_unique<test::FakeLinkStore>();
  store->fail_with(ErrorCode::unavailable);
  ApiHarness api{{}, std::move(store)};
  EXPECT_EQ(api.get("/health/ready").status, 200U);
}

TEST(GetHealth, ShowsHowTheDatabaseIs) {
  ApiHarness api;
  api.clock.advance(seconds{90});
  const Answer answer = api.get("/health");
  EXPECT_EQ(answer.status, 200U);
  const json health = answer.json();
  EXPECT_EQ(health["status"], "up");
  EXPECT_EQ(health["version"], CURT_VERSION);
  EXPECT_EQ(health["uptime_seconds"], 90);
  const json& database = health["components"]["database"];
  EXPECT_EQ(database["status"], "up");
  EXPECT_EQ(database["kind"], "sqlite");
  EXPECT_EQ(database["since"], "2026-11-22T12:01:30Z");
  EXPECT_GE(database["latency_ms"], 0.0);
}

TEST(GetHealth, TellsSinceWhenTheDatabaseIsAway) {
  auto owned = std::make_unique<test::FakeLinkStore>();
  test::FakeLinkStore& store = *owned;
  ApiHarness api{{}, std::move(owned)};
  EXPECT_EQ(api.get("/health").json()["components"]["database"]["since"], "2026-11-22T12:00:00Z");
  api.clock.advance(seconds{10});
  EXPECT_EQ(api.get("/health").json()["components"]["database"]["since"], "2026-11-22T12:00:00Z");

  store.fail_with(ErrorCode::unavailable);
  const Answer down = api.get("/health");
  EXPECT_EQ(down.status, 503U);
  EXPECT_EQ(down.header("Retry-After"), "1");
  EXPECT_EQ(down.json()["status"], "down");
  EXPECT_EQ(down.json()["components"]["database"]["status"], "down");
  api.clock.advance(seconds{10});
  EXPECT_EQ(api.get("/health").json()["components"]["database"]["since"], "2026-11-22T12:00:10Z");

  store.fail_with(std::nullopt);
  EXPECT_EQ(api.get("/health").json()["components"]["database"]["since"], "2026-11-22T12:00:20Z");
}

TEST(GetHealth, IsDegradedWhileTheCacheStillServes) {
  auto owned = std::make_unique<test::FakeLinkStore>();
  test::FakeLinkStore& store = *owned;
  ApiHarness api{{}, std::move(owned)};
  api.given("abc");
  EXPECT_EQ(api.get("/abc").status, 302U);
  store.fail_with(ErrorCode::unavailable);
  const Answer answer = api.get("/health");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.json()["status"], "degraded");
}

TEST(GetHealth, SaysNothingOfVisitsWhereNoneAreTaken) {
  ApiHarness api;
  EXPECT_FALSE(api.get("/health").json()["components"].contains("visits"));
}

TEST(GetHealth, ShowsHowVisitsGetOn) {
  ApiHarness api;
  api.health.visits = [] { return VisitHealth{true, 12, seconds{3}, 4096}; };
  const json health = api.get("/health").json();
  EXPECT_EQ(health["status"], "up");
  EXPECT_EQ(health["components"]["visits"], (json{{"status", "up"},
                                                  {"handing_on", true},
                                                  {"in_flight", 12},
                                                  {"lag_seconds", 3},
                                                  {"spool_bytes", 4096}}));
}

TEST(GetHealth, IsDegradedWhileVisitsAreNotHandedOn) {
  ApiHarness api;
  api.health.visits = [] { return VisitHealth{false, 12, seconds{90}, 4096}; };
  const Answer answer = api.get("/health");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.json()["status"], "degraded");
  EXPECT_EQ(answer.json()["components"]["visits"]["status"], "degraded");
}

TEST(GetHealth, IsDegradedWhereVisitsWaitTooLong) {
  ApiHarness api;
  api.health.visits = [] { return VisitHealth{true, 12, seconds{60}, 4096}; };
  EXPECT_EQ(api.get("/health").json()["status"], "up");
  api.health.visits = [] { return VisitHealth{true, 12, seconds{61}, 4096}; };
  EXPECT_EQ(api.get("/health").json()["status"], "degraded");
}

TEST(GetHealth, IsNotMadeBetterOrWorseByVisitsWhereNothingCanBeServed) {
  for (const bool handing_on : {true, false}) {
    auto store = std::make_unique<test::FakeLinkStore>();
    store->fail_with(ErrorCode::unavailable);
    ApiHarness api{{}, std::move(store)};
    api.health.visits = [handing_on] { return VisitHealth{handing_on, 0, seconds{0}, 0}; };
    EXPECT_EQ(api.get("/health").json()["status"], "down");
  }
}

TEST(GetMetrics, ShowsWhatWasCounted) {
  ApiHarness api;
  api.given("abc");
  api.get("/abc");
  api.get("/abc");
  const Answer answer = api.get("/metrics");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.content_type, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(answer.body, HasSubstr("\ncurt_cache_lookups_total{layer=\"local\",result=\"hit\"} 1\n"));
  EXPECT_THAT(answer.body, HasSubstr("\ncurt_cache_entries{layer=\"local\"} 1\n"));
  EXPECT_THAT(answer.body, HasSubstr("\n# TYPE curt_cache_lookups_total counter\n"));
}

}  // namespace
}  // namespace curt::api
