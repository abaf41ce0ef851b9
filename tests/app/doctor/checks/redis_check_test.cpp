#include "app/doctor/checks/redis_check.hpp"

#include <chrono>
#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/app/findings_text.hpp"

namespace curt::app {
namespace {

using namespace std::chrono_literals;
using cache::RedisFacts;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

Settings with_postgres() {
  Settings settings = default_settings();
  settings.database_url = "postgresql://db/curt";
  settings.redis_url = "redis://127.0.0.1";
  return settings;
}

std::string judged(const std::function<void(RedisFacts&)>& change,
                   const Settings& settings = with_postgres()) {
  RedisFacts facts;
  facts.answered_in = 300us;
  facts.tells = true;
  facts.version = "7.0.15";
  facts.max_memory = 1U << 30U;
  facts.used_memory = 1U << 20U;
  facts.eviction = "allkeys-lru";
  facts.workers = 1;
  change(facts);
  Findings findings;
  judge_redis(settings, facts, findings);
  return test::text_of(findings);
}

std::string checked(const std::string& url, const std::string& ca_file = "") {
  Settings settings = with_postgres();
  settings.redis_url = url;
  settings.redis_ca_file = ca_file;
  Findings findings;
  check_redis(settings, findings);
  return test::text_of(findings);
}

TEST(RedisCheck, WarnsOfAServerThatTellsNoTimeWhereThereAreLimits) {
  const auto refuse = [](RedisFacts& facts) { facts.time_refusal = "NOPERM the user lacks a command"; };
  EXPECT_THAT(judged(refuse), Not(HasSubstr("its time")));
  Settings settings = with_postgres();
  settings.limit_api = {60, 60s};
  EXPECT_THAT(judged(refuse, settings),
              HasSubstr("warning: it does not tell us its time, so that each instance counts CURT_LIMIT_… by "
                        "itself: NOPERM"));
}

TEST(RedisCheck, FindsNothingWrongWithAWellServer) {
  EXPECT_EQ(judged([](RedisFacts&) {}),
            "ok: the slowest of a few answers took 0.30 ms\n"
            "ok: Redis 7.0.15\n"
            "ok: memory: 1.0 MiB of 1.0 GiB are used, allkeys-lru; a stream of visits that is evicted is "
            "sent again\n"
            "ok: 0 batch(es) of visits wait in it, 0 of them taken; 1 worker(s) take them\n");
}

TEST(RedisCheck, SaysWhatKeepsItFromBeingOfUse) {
  EXPECT_THAT(judged([](RedisFacts& facts) { facts.answered_in.reset(); }),
              HasSubstr("warning: it was connected to"));
  EXPECT_THAT(judged([](RedisFacts& facts) { facts.answered_in = 80ms; }),
              HasSubstr("more than CURT_REDIS_TIMEOUT (50ms)"));
  EXPECT_THAT(judged([](RedisFacts& facts) { facts.version = "6.0.16"; }), HasSubstr("older than 6.2"));
  EXPECT_THAT(judged([](RedisFacts& facts) { facts.is_replica = true; }),
              HasSubstr("a replica whose master is away"));
  EXPECT_THAT(judged([](RedisFacts& facts) { facts.write_refusal = "MISCONF it"; }),
              HasSubstr("takes no writes: MISCONF"));
  EXPECT_THAT(judged([](RedisFacts& facts) { facts.script_refusal = "NOPERM it"; }),
              HasSubstr("runs no scripts"));
  EXPECT_THAT(
      judged([](RedisFacts& facts) { facts.channel_refusal = "NOPERM it"; }),
      HasSubstr("warning: instances can neither hear of each other's changes there nor tell of them"));
  EXPECT_THAT(judged([](RedisFacts& facts) { facts.tells = false; }),
              AllOf(HasSubstr("may not ask for INFO"), HasSubstr("+info")));
}

TEST(RedisCheck, JudgesMemoryByWhatIsEvicted) {
  EXPECT_THAT(judged([](RedisFacts& facts) { facts.eviction = "noeviction"; }),
              HasSubstr("warning: memory: "));
  EXPECT_THAT(judged([](RedisFacts& facts) { facts.eviction = "volatile-lru"; }), HasSubstr("ok: memory: "));
  EXPECT_THAT(judged([](RedisFacts& facts) { facts.max_memory = 0; }), HasSubstr("nothing limits it"));
  EXPECT_THAT(judged([](RedisFacts& facts) { facts.has_append_file = true; }), HasSubstr("append-only file"));
}

TEST(RedisCheck, LooksForWhoTakesTheVisits) {
  const auto no_worker = [](RedisFacts& facts) {
    facts.workers = 0;
    facts.waiting = 12'000;
    facts.buried = 3;
  };
  EXPECT_THAT(judged(no_worker),
              AllOf(HasSubstr("warning: 12000 batch(es)"), HasSubstr("run `curt worker`"),
                    HasSubstr("the stream is full"), HasSubstr("3 batch(es) were put aside")));
  Settings settings = with_postgres();
  settings.with_worker = true;
  EXPECT_THAT(judged(no_worker, settings),
              HasSubstr("ok: 12000 batch(es) of visits wait in it, 0 of them taken; this instance"));
  settings.database_url = "sqlite:curt.db";
  EXPECT_THAT(judged(no_worker, settings), Not(HasSubstr("batch")));
}

TEST(RedisCheck, SaysWhetherThereIsOne) {
  EXPECT_THAT(checked(""), HasSubstr("ok: none is named: instances see in the database"));
  EXPECT_THAT(checked("redis://:s3cret@127.0.0.1:1"),
              AllOf(HasSubstr("warning: redis://127.0.0.1:1/0: "), HasSubstr("starts all the same"),
                    Not(HasSubstr("s3cret"))));
  EXPECT_THAT(checked("rediss://127.0.0.1:1", "/nowhere/ca.pem"), HasSubstr("error: "));
}

}  // namespace
}  // namespace curt::app
