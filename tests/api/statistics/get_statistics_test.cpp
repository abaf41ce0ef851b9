#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/http/api_harness.hpp"
#include "support/metric_value.hpp"

namespace curt::api {
namespace {

using nlohmann::json;
using test::Answer;
using test::ApiHarness;
using test::metric_value;

TEST(GetStatistics, ShowsTheWholeService) {
  ApiHarness api;
  api.visits.put("abc", {1, 0});
  api.visits.put("abd", {5, 5, 3});
  const Answer answer = api.get("/api/v1/stats?from=2026-11-22");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.route, "/api/v1/stats");
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
  EXPECT_EQ(
      answer.body,
      R"({"visits":{"total":11,"humans":6,"bots":5,"imported":3},)"
      R"("series":[{"at":"2026-11-22T00:00:00Z","total":0,"humans":0,"bots":0}],)"
      R"("top":[{"code":"abd","short_url":"https://sho.rt/abd","total":10,"humans":5,"bots":5,"imported":3},)"
      R"({"code":"abc","short_url":"https://sho.rt/abc","total":1,"humans":1,"bots":0,"imported":0}],)"
      R"("completeness":{"scope":"service","accepted":0,"persisted":0,"in_flight":0,"dropped":0,)"
      R"("undetailed":0,"unaccounted":0,"lag_seconds":0}})"
      "\n");
}

TEST(GetStatistics, FindTheirTimeZoneAndAreWrittenOnAnotherThreadThanTheCores) {
  ApiHarness api;
  api.get("/api/v1/stats?timezone=Europe/Berlin");
  EXPECT_EQ(metric_value(api.metrics, "curt_side_thread_work_seconds_count"), "2");
}

TEST(GetStatistics, AreEmptyBeforeTheFirstVisit) {
  ApiHarness api;
  const json all = api.get("/api/v1/stats").json();
  EXPECT_EQ(all.at("visits"), (json{{"total", 0}, {"humans", 0}, {"bots", 0}, {"imported", 0}}));
  EXPECT_EQ(all.at("series").size(), 30U);
  EXPECT_EQ(all.at("top"), json::array());
}

TEST(GetStatistics, FindTheTopOfAllTimeUnlessARangeIsNamed) {
  ApiHarness api;
  EXPECT_EQ(api.get("/api/v1/stats?interval=month&limit=3").status, 200U);
  EXPECT_FALSE(api.visits.top_asked.back().range);
  EXPECT_EQ(api.visits.top_asked.back().limit, 3U);
  EXPECT_EQ(api.get("/api/v1/stats?from=2026-11-01").status, 200U);
  ASSERT_TRUE(api.visits.top_asked.back().range);
  EXPECT_EQ(api.visits.top_asked.back().limit, 10U);
}

TEST(GetStatistics, NameEveryParameterThatIsWrong) {
  ApiHarness api;
  const Answer answer = api.get("/api/v1/stats?limit=101&group_by=referrer&to=never");
  EXPECT_EQ(answer.status, 422U);
  EXPECT_EQ(answer.blamed(), (std::vector<std::string>{"group_by", "limit", "to"}));
}

TEST(GetStatistics, MakeNothingUpWhereTheDatabaseIsAway) {
  ApiHarness api;
  api.visits.fail_with(ErrorCode::unavailable);
  EXPECT_EQ(api.get("/api/v1/stats").status, 503U);
}

}  // namespace
}  // namespace curt::api
