#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/http/api_harness.hpp"

namespace curt::api {
namespace {

using test::Answer;
using test::ApiHarness;
using testing::HasSubstr;

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

TEST(GetMetrics, SumsThemOnAnotherThreadThanTheCores) {
  ApiHarness api;
  std::thread::id summed_on;
  api.metrics.add_source(
      [&](std::vector<prometheus::MetricFamily>&) { summed_on = std::this_thread::get_id(); });
  EXPECT_TRUE(api.get("/metrics").waited);
  EXPECT_NE(summed_on, std::thread::id{});
  EXPECT_NE(summed_on, std::this_thread::get_id());
}

}  // namespace
}  // namespace curt::api
