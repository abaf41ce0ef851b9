#include <cmath>
#include <map>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "flows/figures/cache_lookups.hpp"
#include "flows/load/latencies.hpp"
#include "flows/load/link_pool.hpp"
#include "flows/load/request_texts.hpp"
#include "flows/load/schedule.hpp"
#include "flows/wire/address.hpp"
#include "flows/wire/answers.hpp"

namespace flows {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;

TEST(Latencies, AreExactToThreePercent) {
  for (const std::int64_t time : {1, 63, 64, 999, 12'345, 5'000'000}) {
    Latencies one;
    one.add(microseconds{time});
    one.add(microseconds{60'000'000});
    EXPECT_NEAR(one.percentile_ms(0.5) * 1000, static_cast<double>(time), static_cast<double>(time) * 0.032);
  }
}

TEST(Latencies, GiveThePartThatWasAnsweredWithin) {
  Latencies times;
  for (int i = 1; i <= 60; ++i) times.add(microseconds{i});
  EXPECT_EQ(times.percentile_ms(0.5), 0.030);
  EXPECT_EQ(times.percentile_ms(0.95), 0.057);
  EXPECT_EQ(times.percentile_ms(1), 0.060);
  EXPECT_EQ(times.max_ms(), 0.060);
  EXPECT_EQ(Latencies{}.percentile_ms(0.99), 0);
}

TEST(Schedule, KeepsItsTimesHoweverLateItIsAsked) {
  const Clock::time_point begin{};
  Schedule schedule{{.rate = 100, .seconds = 1}, std::nullopt};
  schedule.begin(begin);
  EXPECT_EQ(schedule.next(begin), begin);
  EXPECT_EQ(schedule.next(begin + milliseconds{900}), begin + milliseconds{10});
  EXPECT_EQ(schedule.next(begin + milliseconds{900}), begin + milliseconds{20});
}

TEST(Schedule, GivesUpAndCountsWhatIsOverdueAfterTheEnd) {
  const Clock::time_point begin{};
  Schedule schedule{{.rate = 100, .seconds = 1, .grace = milliseconds{500}}, std::nullopt};
  schedule.begin(begin);
  EXPECT_TRUE(schedule.next(begin + milliseconds{1400}));
  EXPECT_FALSE(schedule.next(begin + milliseconds{1500}));
  EXPECT_EQ(schedule.left(), 99U);
}

TEST(Schedule, WithoutRateIsDueAtOnceUntilItsEnd) {
  const Clock::time_point begin{};
  Schedule schedule{{.seconds = 1, .requests = 2}, std::nullopt};
  schedule.begin(begin);
  EXPECT_EQ(schedule.next(begin + milliseconds{700}), begin + milliseconds{700});
  EXPECT_TRUE(schedule.next(begin + milliseconds{800}));
  EXPECT_FALSE(schedule.next(begin + milliseconds{900}));
  EXPECT_EQ(schedule.left(), 0U);
}

TEST(Schedule, OfACampaignGrowsToItsRate) {
  const Clock::time_point begin{};
  Schedule schedule{{.rate = 1000, .seconds = 20}, Growth{10}};
  schedule.begin(begin);
  std::map<std::int64_t, int> seconds;
  while (const auto due = schedule.next(begin)) ++seconds[(*due - begin) / std::chrono::seconds{1}];
  EXPECT_NEAR(seconds[0], 145, 2);  // 100 of the others, and 45 as the campaign grows by 90 each second
  EXPECT_NEAR(seconds[9], 955, 2);
  EXPECT_NEAR(seconds[15], 1000, 2);
  EXPECT_EQ(schedule.campaign_part(begin), 0);
  EXPECT_NEAR(schedule.campaign_part(begin + std::chrono::seconds{10}), 0.9, 1e-9);
  EXPECT_NEAR(schedule.campaign_part(begin + std::chrono::seconds{5}), 0.45 / 0.55, 1e-9);
}

TEST(LinkPool, FollowsTheFirstLinksMostAndTheNewestNowAndThen) {
  LinkPool pool{"run"};
  for (int i = 0; i < 1000; ++i) pool.add(std::to_string(i), pool.next_target());
  Random random{1};
  std::map<std::string, int> drawn;
  for (int i = 0; i < 100'000; ++i) ++drawn[pool.pick(random).code];
  const double first = 90'000 * std::log(2) / std::log(1001);
  EXPECT_NEAR(drawn["0"], first, first * 0.05);
  EXPECT_NEAR(drawn["9"], first * 0.1375, first * 0.02);  // ln(11 / 10) / ln(2)
  EXPECT_NEAR(drawn["990"], 10'000 / 16 + 13, 100);
  EXPECT_GT(drawn.size(), 950U);
}

TEST(Answers, AreJudgedByStatusAndPlace) {
  EXPECT_EQ(judge_redirect({.status = 302, .location = "https://a.example/"}, "https://a.example/"), "");
  EXPECT_EQ(judge_redirect({.status = 302, .location = "https://b.example/"}, "https://a.example/"),
            "wrong Location");
  EXPECT_EQ(judge_redirect({.status = 502}, "https://a.example/"), "502");
  std::string code;
  const std::string made = R"({"code":"abc","short_url":"http://localhost/abc","url":"https://a.example/"})";
  EXPECT_EQ(judge_create({.status = 201, .body = made}, "https://a.example/", code), "");
  EXPECT_EQ(code, "abc");
  EXPECT_EQ(judge_create({.status = 201, .body = made}, "https://b.example/", code), "wrong link");
  EXPECT_EQ(judge_create({.status = 201, .body = "<html>"}, "https://a.example/", code), "wrong link");
  EXPECT_EQ(judge_statistics({.status = 200, .body = R"({"code":"abc","visits":{"total":3)"}, "abc"), "");
  EXPECT_EQ(judge_statistics({.status = 200, .body = R"({"code":"abd","visits":{"total":3)"}, "abc"),
            "wrong statistics");
}

TEST(Answers, HaveTheFiguresOfStatistics) {
  const auto figures = figures_in(
      R"({"visits":{"total":7,"humans":6,"bots":1},"completeness":{"in_flight":2,"dropped":1,"unaccounted":0}})");
  ASSERT_TRUE(figures);
  EXPECT_EQ(figures->total, 7U);
  EXPECT_EQ(figures->in_flight, 2U);
  EXPECT_EQ(figures->dropped, 1U);
  EXPECT_FALSE(figures_in("<html>"));
}

TEST(CacheLookups, AreReadFromAPageAndTheirGrowthSurvivesARestart) {
  const CacheLookups lookups = parse_lookups(
      "# TYPE curt_cache_lookups_total counter\n"
      "curt_cache_lookups_total{layer=\"local\",result=\"hit\"} 99\n"
      "curt_cache_lookups_total{layer=\"local\",result=\"miss\"} 1\n"
      "curt_cache_lookups_total{layer=\"redis\",result=\"error\"} 7\n"
      "curt_other_total 5");
  EXPECT_EQ(lookups.local_hits, 99U);
  EXPECT_EQ(lookups.local_rate(), 0.99);
  EXPECT_EQ(since({.local_hits = 90}, lookups).local_hits, 9U);
  EXPECT_EQ(since({.local_hits = 900}, lookups).local_hits, 99U);
}

TEST(Address, IsOneOfThisMachine) {
  EXPECT_EQ(parse_address("http://localhost:81/", Reach::this_machine).endpoint.port(), 81);
  EXPECT_EQ(parse_address("http://[::1]:81", Reach::this_machine).host, "[::1]:81");
  EXPECT_EQ(parse_address("http://172.18.0.3:9090/metrics", Reach::private_networks).path, "/metrics");
  for (const char* url :
       {"http://example.com", "http://10.0.0.1", "http://0.0.0.0:80", "http://[::ffff:8.8.8.8]",
        "https://127.0.0.1", "http://127.0.0.1@example.com", "127.0.0.1:80"}) {
    EXPECT_THROW((void)parse_address(url, Reach::this_machine), std::invalid_argument) << url;
  }
  for (const char* url : {"http://172.32.0.1", "http://8.8.8.8", "http://192.169.0.1"}) {
    EXPECT_THROW((void)parse_address(url, Reach::private_networks), std::invalid_argument) << url;
  }
}

TEST(RequestTexts, AreRequests) {
  const RequestTexts texts{"127.0.0.1:8080", "curt_key", {.bots = 0, .clients = 100'000}};
  Random random{1};
  std::string text;
  texts.redirect(text, "abc", Persistence::kept, random);
  EXPECT_THAT(text,
              testing::StartsWith("GET /abc HTTP/1.1\r\nHost: 127.0.0.1:8080\r\nUser-Agent: Mozilla/5.0"));
  EXPECT_THAT(text, testing::ContainsRegex("\r\nX-Forwarded-For: 198.1[89].[0-9]+.[0-9]+\r\n\r\n"));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("curt_key")));
  EXPECT_THAT(text, testing::Not(testing::HasSubstr("Connection:")));
  texts.create(text, "https://a.example/", "key-1", Persistence::closed, random);
  EXPECT_THAT(text, testing::HasSubstr("\r\nConnection: close\r\n"));
  EXPECT_THAT(text, testing::HasSubstr("X-API-Key: curt_key\r\nIdempotency-Key: key-1\r\n"));
  EXPECT_THAT(text, testing::HasSubstr("Content-Length: 28\r\n"));
  EXPECT_THAT(text, testing::EndsWith("\r\n\r\n{\"url\":\"https://a.example/\"}"));
}

}  // namespace
}  // namespace flows
