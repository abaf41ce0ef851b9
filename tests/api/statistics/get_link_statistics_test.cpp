#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/http/fake_store_api.hpp"
#include "support/metric_value.hpp"

namespace curt::api {
namespace {

using nlohmann::json;
using test::Answer;
using test::ApiHarness;
using test::metric_value;

std::int64_t hour_of(Timestamp time) {
  return std::chrono::floor<std::chrono::hours>(time.time_since_epoch()).count();
}

TEST(GetLinkStatistics, ShowsTheWholeOfOneLink) {
  ApiHarness api;
  api.given("abc");
  api.visits.put("abc", {40, 2, 38});
  api.visits.stored = {0, {}, {{hour_of(ApiHarness::kStart), {3, 1}}}};
  api.visits.books.accepted = 100;
  api.visits.books.persisted = 97;
  api.visits.books.dropped = 1;
  api.visits.books.undetailed = 5;
  api.visits.books.unaccounted_epochs = 2;
  api.visits.books.pending_since = ApiHarness::kStart - std::chrono::seconds{4};
  const Answer answer = api.get("/api/v1/links/abc/stats?from=2026-11-21&to=2026-11-23");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.content_type, "application/json");
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
  EXPECT_EQ(answer.route, "/api/v1/links/{code}/stats");
  EXPECT_EQ(answer.body,
            R"({"code":"abc","visits":{"total":42,"humans":40,"bots":2,"imported":38},)"
            R"("series":[{"at":"2026-11-21T00:00:00Z","total":0,"humans":0,"bots":0},)"
            R"({"at":"2026-11-22T00:00:00Z","total":4,"humans":3,"bots":1}],"breakdowns":{},)"
            R"("completeness":{"scope":"service","accepted":100,"persisted":97,"in_flight":2,"dropped":1,)"
            R"("undetailed":5,"unaccounted":2,"lag_seconds":4}})"
            "\n");
}

TEST(GetLinkStatistics, AnswersAlikeAtItsShortPath) {
  ApiHarness api;
  api.given("abc");
  const std::string query = "?from=2026-11-21&interval=hour&timezone=Asia/Kolkata&group_by=referrer";
  const Answer answer = api.get("/stats/abc" + query);
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.route, "/stats/{code}");
  EXPECT_EQ(answer.body, api.get("/api/v1/links/abc/stats" + query).body);
}

TEST(GetLinkStatistics, FindsItsTimeZoneAndIsWrittenOnAnotherThreadThanTheCores) {
  ApiHarness api;
  api.given("abc");
  api.get("/stats/abc?timezone=Europe/Berlin");
  EXPECT_EQ(metric_value(api.metrics, "curt_side_thread_work_seconds_count"), "2");
}

TEST(GetLinkStatistics, ShowsThirtyDaysUnlessToldOtherwise) {
  ApiHarness api;
  api.given("abc");
  const json series = api.get("/stats/abc?timezone=Europe/Berlin").json().at("series");
  ASSERT_EQ(series.size(), 30U);
  EXPECT_EQ(series.front().at("at"), "2026-10-24T00:00:00+02:00");
  EXPECT_EQ(series.back().at("at"), "2026-11-22T00:00:00+01:00");
}

TEST(GetLinkStatistics, GroupsByReferrer) {
  ApiHarness api;
  api.given("abc");
  EXPECT_EQ(api.get("/stats/abc?group_by=referrer").json().at("breakdowns"),
            (json{{"referrer", json::array()}}));
  api.visits.hosts = {{"example.com", {3, 0}}, {"a\"\xff", {0, 1}}, {"", {1, 0}}};
  const json rows = api.get("/stats/abc?group_by=referrer").json().at("breakdowns").at("referrer");
  EXPECT_EQ(rows.at(0), (json{{"value", "example.com"}, {"total", 3}, {"humans", 3}, {"bots", 0}}));
  EXPECT_EQ(rows.at(1).at("value"), "a\"\xef\xbf\xbd");
  EXPECT_EQ(rows.at(2).at("value"), "");
  api.visits.keeps_raw = false;
  const Answer refused = api.get("/stats/abc?group_by=referrer");
  EXPECT_EQ(refused.status, 422U);
  EXPECT_EQ(refused.blamed(), std::vector<std::string>{"group_by"});
}

TEST(GetLinkStatistics, NamesEveryParameterThatIsWrong) {
  ApiHarness api;
  api.given("abc");
  const Answer answer = api.get("/stats/abc?group_by=country&limit=1&timezone=Berlin");
  EXPECT_EQ(answer.status, 422U);
  EXPECT_EQ(answer.blamed(), (std::vector<std::string>{"group_by", "limit", "timezone"}));
  EXPECT_TRUE(api.visits.series_asked.empty());
}

TEST(GetLinkStatistics, SaysFromWhenHoursAreKept) {
  ApiHarness api;
  api.given("abc");
  api.visits.stored.hourly_from = hour_of(ApiHarness::kStart) - 12;
  EXPECT_EQ(api.get("/stats/abc?interval=hour&from=2026-11-22").status, 200U);
  const Answer refused = api.get("/stats/abc?interval=hour&from=2026-11-21");
  EXPECT_EQ(refused.status, 422U);
  EXPECT_EQ(refused.blamed(), std::vector<std::string>{"from"});
  EXPECT_NE(refused.body.find("2026-11-22T00:00:00Z"), std::string::npos);
  EXPECT_EQ(api.get("/stats/abc?interval=day&from=2026-11-01").status, 200U);
}

TEST(GetLinkStatistics, KnowsOnlyLinksThatThereAre) {
  ApiHarness api;
  EXPECT_EQ(api.get("/stats/none").status, 404U);
  EXPECT_EQ(api.get("/stats/n%20ne").status, 404U);
  EXPECT_EQ(api.get("/stats").status, 404U);
  api.given("abc");
  api.remove("abc");
  const Answer gone = api.get("/stats/abc");
  EXPECT_EQ(gone.status, 410U);
  EXPECT_EQ(gone.problem(), "deleted");
}

TEST(GetLinkStatistics, ShowsThoseOfLinksThatDoNotRedirect) {
  ApiHarness api;
  api.given("off", "https://example.com/", {{"enabled", false}});
  api.given("old", "https://example.com/", {{"ttl", 60}});
  api.given("soon", "https://example.com/", {{"not_before", "2027-01-01T00:00:00Z"}});
  api.clock.advance(std::chrono::hours{1});
  for (const char* code : {"off", "old", "soon"})
    EXPECT_EQ(api.get(std::string{"/stats/"} + code).status, 200U) << code;
}

TEST(GetLinkStatistics, MakesNothingUpWhereTheDatabaseIsAway) {
  ApiHarness api;
  api.given("abc");
  api.visits.fail_with(ErrorCode::unavailable);
  const Answer answer = api.get("/stats/abc");
  EXPECT_EQ(answer.status, 503U);
  EXPECT_THAT(answer.header("Retry-After"), testing::AnyOf("1", "2", "3"));
  test::FakeStoreApi without_links{ErrorCode::unavailable};
  EXPECT_EQ(without_links.get("/stats/abc").status, 503U);
}

TEST(GetLinkStatistics, AreForOwnersWhereOnlyThisMachineReachesTheService) {
  ApiOptions options;
  options.loopback_only = true;
  ApiHarness api{options};
  EXPECT_EQ(api.get("/stats/abc", test::at_host("evil.example")).status, 421U);
}

}  // namespace
}  // namespace curt::api
