#include <chrono>
#include <optional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/http/fake_store_api.hpp"

namespace curt::api {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using test::Answer;
using test::ApiHarness;
using test::FakeStoreApi;

VisitHealth visits_of(bool handing_on, std::uint64_t in_flight, int lag, std::uint64_t spool_bytes) {
  return {.handing_on = handing_on, .in_flight = in_flight, .lag = seconds{lag}, .spool_bytes = spool_bytes};
}

TEST(GetHealth, IsAliveWhateverHappens) {
  FakeStoreApi api{ErrorCode::unavailable};
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
  EXPECT_THAT(api.get("/health/ready").header("Retry-After"), testing::AnyOf("1", "2", "3"));
  api.life_stage = LifeStage::serving;
  EXPECT_EQ(api.get("/health/ready").status, 200U);
  EXPECT_EQ(api.get("/health/ready").json()["status"], "up");
  api.life_stage = LifeStage::stopping;
  EXPECT_EQ(api.get("/health/ready").status, 503U);
  EXPECT_EQ(api.get("/health/ready").json()["status"], "stopping");
}

TEST(GetHealth, StaysReadyWithoutTheStore) {
  FakeStoreApi api{ErrorCode::unavailable};
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
  test::FakeStoreApi api;
  EXPECT_EQ(api.get("/health").json()["components"]["database"]["since"], "2026-11-22T12:00:00Z");
  api.clock.advance(seconds{10});
  EXPECT_EQ(api.get("/health").json()["components"]["database"]["since"], "2026-11-22T12:00:00Z");

  api.store.fail_with(ErrorCode::unavailable);
  const Answer down = api.get("/health");
  EXPECT_EQ(down.status, 503U);
  EXPECT_THAT(down.header("Retry-After"), testing::AnyOf("1", "2", "3"));
  EXPECT_EQ(down.json()["status"], "down");
  EXPECT_EQ(down.json()["components"]["database"]["status"], "down");
  api.clock.advance(seconds{10});
  EXPECT_EQ(api.get("/health").json()["components"]["database"]["since"], "2026-11-22T12:00:10Z");

  api.store.fail_with(std::nullopt);
  EXPECT_EQ(api.get("/health").json()["components"]["database"]["since"], "2026-11-22T12:00:20Z");
}

TEST(GetHealth, IsDegradedWhileTheCacheStillServes) {
  test::FakeStoreApi api;
  api.given("abc");
  EXPECT_EQ(api.get("/abc").status, 302U);
  api.store.fail_with(ErrorCode::unavailable);
  const Answer answer = api.get("/health");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.json()["status"], "degraded");
}

TEST(GetHealth, IsDegradedWhileChangesByOthersCannotBeFollowed) {
  ApiHarness api;
  bool misses = true;
  api.health.misses_changes = [&] { return misses; };
  const json shown = api.get("/health").json();
  EXPECT_EQ(shown["status"], "degraded");
  EXPECT_EQ(shown["components"]["database"]["status"], "degraded");
  EXPECT_EQ(shown["components"]["database"]["error"], "what other instances change cannot be followed");
  misses = false;
  EXPECT_EQ(api.get("/health").json()["status"], "up");
}

TEST(GetHealth, IsDegradedWhileTheSharedCacheMayNotKnowOfEveryChange) {
  ApiHarness api;
  api.clock.advance(seconds{90});
  SharedCacheHealth cache{.state = {.up = true, .since = ApiHarness::kStart, .detail = {}},
                          .listening = true};
  cache.doubted_for = seconds{30};
  api.health.shared_cache = [&] { return cache; };
  const Answer answer = api.get("/health");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.json()["status"], "degraded");
  const json shown = answer.json()["components"]["cache"];
  EXPECT_EQ(shown["status"], "degraded");
  EXPECT_EQ(shown["error"], "the cache may not know of every change");
  EXPECT_EQ(shown["since"], "2026-11-22T12:01:00Z");

  cache.doubted_for.reset();
  EXPECT_EQ(api.get("/health").json()["status"], "up");
  EXPECT_EQ(api.get("/health").json()["components"]["cache"]["status"], "up");
}

TEST(GetHealth, SaysNothingOfVisitsWhereNoneAreTaken) {
  ApiHarness api;
  EXPECT_FALSE(api.get("/health").json()["components"].contains("visits"));
}

TEST(GetHealth, ShowsHowVisitsGetOn) {
  ApiHarness api;
  api.health.visits = [] { return visits_of(true, 12, 3, 4096); };
  const json health = api.get("/health").json();
  EXPECT_EQ(health["status"], "up");
  EXPECT_EQ(health["components"]["visits"], (json{{"status", "up"},
                                                  {"handing_on", true},
                                                  {"keeping", true},
                                                  {"in_flight", 12},
                                                  {"lag_seconds", 3},
                                                  {"spool_bytes", 4096}}));
}

TEST(GetHealth, IsDegradedWhileVisitsAreNotHandedOn) {
  ApiHarness api;
  api.health.visits = [] { return visits_of(false, 12, 90, 4096); };
  const Answer answer = api.get("/health");
  EXPECT_EQ(answer.status, 200U);
  EXPECT_EQ(answer.json()["status"], "degraded");
  EXPECT_EQ(answer.json()["components"]["visits"]["status"], "degraded");
}

TEST(GetHealth, SendsToTheLogForTheFileOfAListThatCannotBeRead) {
  ApiHarness api;
  api.health.lists = [] {
    ListsHealth lists;
    lists.error = "/etc/curt/blocked cannot be read";
    return lists;
  };
  const Answer answer = api.get("/health");
  const json health = answer.json();
  EXPECT_EQ(health["status"], "degraded");
  const json& shown = health["components"]["lists"];
  EXPECT_EQ(shown["status"], "degraded");
  EXPECT_THAT(shown["error"].get<std::string>(), testing::HasSubstr("the log names the file"));
  EXPECT_EQ(answer.body.find("/etc/curt"), std::string::npos) << "paths are for the log";
}

TEST(GetHealth, IsDegradedWhereVisitsWaitTooLong) {
  ApiHarness api;
  api.health.visits = [] { return visits_of(true, 12, 60, 4096); };
  EXPECT_EQ(api.get("/health").json()["status"], "up");
  api.health.visits = [] { return visits_of(true, 12, 61, 4096); };
  EXPECT_EQ(api.get("/health").json()["status"], "degraded");
}

TEST(GetHealth, IsDegradedWhileVisitsCannotBeKeptOnTheDisk) {
  ApiHarness api;
  api.health.visits = [] {
    VisitHealth health;
    health.keeping = false;
    return health;
  };
  const json health = api.get("/health").json();
  EXPECT_EQ(health["status"], "degraded");
  EXPECT_EQ(health["components"]["visits"]["status"], "degraded");
  EXPECT_EQ(health["components"]["visits"]["keeping"], false);
}

TEST(GetHealth, IsNotMadeBetterOrWorseByVisitsWhereNothingCanBeServed) {
  for (const bool handing_on : {true, false}) {
    FakeStoreApi api{ErrorCode::unavailable};
    api.health.visits = [handing_on] { return visits_of(handing_on, 0, 0, 0); };
    EXPECT_EQ(api.get("/health").json()["status"], "down");
  }
}

}  // namespace
}  // namespace curt::api
