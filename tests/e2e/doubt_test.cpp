#include <fstream>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "e2e/cluster.hpp"
#include "support/eventually.hpp"

namespace curt::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kDoubtBegins = "the shared cache may not know of every change";
constexpr std::string_view kDoubtEnds = "the shared cache knows of every change again";
constexpr std::string_view kRefusalBegins = "redis refuses to be told of links";
constexpr std::string_view kRefusalEnds = "redis can be told of links again";

bool believes_redis(const CurtProcess& curt) { return curt.metric("curt_cache_shared_first") == 1; }

int count_of(std::string_view what, std::string_view text) {
  int count = 0;
  for (auto at = text.find(what); at != std::string_view::npos; at = text.find(what, at + 1)) ++count;
  return count;
}

TEST(Doubt, IsShownWhileARedisThatTakesNoWritesLacksAChangeAndLoggedOnceAtEachEnd) {
  Cluster cluster;
  CurtProcess& curt = cluster.start(kLongMemory);
  RawClient client{curt.port()};
  const auto log = [&] { return curt.process().standard_output(); };
  const auto health = [&] { return json::parse(ask(client, "GET", "/health")->body); };
  const auto is_up = [&] { return health().at("status") == "up"; };
  ASSERT_TRUE(eventually(is_up));
  ASSERT_EQ(ask(client, "POST", "/shorten", {{"url", "https://a.example/"}, {"alias", "abc"}})->status, 201U);
  ASSERT_EQ(ask(client, "POST", "/shorten", {{"url", "https://b.example/"}, {"alias", "seen"}})->status,
            201U);
  (void)cluster.redis.command({"REPLICAOF", "127.0.0.1", "1"});
  ASSERT_EQ(ask(client, "DELETE", "/api/v1/links/abc")->status, 204U);

  ASSERT_TRUE(eventually([&] { return curt.metric("curt_outbox_open") == 1; }));
  ASSERT_TRUE(eventually([&] { return curt.metric("curt_outbox_oldest_seconds") > 1; }));
  const json doubted = health();
  EXPECT_EQ(doubted.at("status"), "degraded");
  EXPECT_EQ(doubted.at("components").at("cache").at("status"), "degraded");
  ASSERT_TRUE(eventually([&] {
    static_cast<void>(ask(client, "GET", "/seen"));  // a visit, which Redis does not take
    return count_of(kDoubtBegins, log()) > 0;
  }));

  (void)cluster.redis.command({"REPLICAOF", "NO", "ONE"});
  EXPECT_TRUE(eventually(is_up));
  EXPECT_TRUE(eventually([&] { return curt.metric("curt_outbox_open") == 0; }));
  EXPECT_TRUE(eventually([&] { return count_of(kDoubtEnds, log()) > 0; }));
  EXPECT_EQ(curt.stop(), 0);
  EXPECT_EQ(count_of(kDoubtBegins, log()), 1);
  EXPECT_EQ(count_of(kDoubtEnds, log()), 1);
  EXPECT_EQ(count_of(kRefusalBegins, log()), 1);
  EXPECT_EQ(count_of(kRefusalEnds, log()), 1);
  EXPECT_LE(count_of(R"("level":"warn")", log()), 4) << "of the visits' stream and of their delivery too";
}

TEST(Doubt, LeavesALinkToRedisWithTheDatabaseAwayOnlyAfterALookThatFoundNothing) {
  Cluster cluster;
  const CurtProcess::Environment no_memory{{"CURT_CACHE_BYTES", "0"}};
  CurtProcess& early = cluster.start(no_memory);
  RawClient knows{early.port()};
  ASSERT_TRUE(eventually([&] { return believes_redis(early); }));
  ASSERT_EQ(ask(knows, "POST", "/shorten", {{"url", "https://a.example/"}, {"alias", "abc"}})->status, 201U);
  cluster.postgres.kill();
  CurtProcess& late = cluster.start(no_memory);
  RawClient knows_not{late.port()};
  ASSERT_TRUE(eventually([&] { return late.metric("curt_dependency_up{dependency=\"redis\"}") == 1; }));
  EXPECT_EQ(ask(knows, "GET", "/abc")->status, 302U);
  EXPECT_EQ(ask(knows_not, "GET", "/abc")->status, 503U) << "it may have changed since Redis was told";

  // Doubt begins with every connection to Redis; what it says counts as stale, but counts.
  cluster.redis.cut();
  EXPECT_TRUE(eventually([&] { return early.metric("curt_cache_shared_first") == 0; }));
  EXPECT_TRUE(eventually([&] { return ask(knows, "GET", "/abc")->status == 302U; }));
  cluster.postgres.start();
  EXPECT_TRUE(eventually([&] { return believes_redis(early) && believes_redis(late); }));
  EXPECT_EQ(ask(knows_not, "GET", "/abc")->status, 302U);
}

TEST(Doubt, AnImportEndsWithInstancesThatServeWhatTheyHadFoundMissing) {
  Cluster cluster;
  for (int i = 0; i < 2; ++i) cluster.start(kLongMemory);
  for (std::size_t i = 0; i < 2; ++i) {
    ASSERT_TRUE(eventually([&] { return believes_redis(cluster[i]); }));
    RawClient client{cluster[i].port()};
    for (const char* path : {"/first", "/second"}) ASSERT_EQ(ask(client, "GET", path)->status, 404U);
  }
  std::ofstream{cluster.folder.path() / "links.csv"}
      << "first,https://a.example/\nsecond,https://b.example/\n";
  const Finished import = cluster.run_curt({"import", "links.csv"});
  ASSERT_EQ(import.status, 0) << import.out << import.err;
  for (std::size_t i = 0; i < 2; ++i) {
    RawClient client{cluster[i].port()};
    for (const char* path : {"/first", "/second"})
      EXPECT_TRUE(eventually([&] { return ask(client, "GET", path)->status == 302U; })) << path;
  }
}

TEST(Doubt, AnImportThatCannotTellRedisSaysHowLongInstancesMayMissItsLinks) {
  Cluster cluster;
  cluster.redis.kill();
  std::ofstream{cluster.folder.path() / "links.csv"} << "first,https://a.example/\n";
  const Finished import = cluster.run_curt({"import", "links.csv"});
  EXPECT_EQ(import.status, 0);
  EXPECT_THAT(import.err,
              HasSubstr("Redis could not be told: an instance that was asked for a new alias before may "
                        "answer 404 for up to 10s"));
  const Finished again = cluster.run_curt({"import", "links.csv"});
  EXPECT_EQ(again.status, 0);
  EXPECT_THAT(again.out, HasSubstr("0 imported, 1 already there"));
  EXPECT_THAT(again.err, Not(HasSubstr("could not be told"))) << "there was nothing to tell";
}

}  // namespace
}  // namespace curt::test
