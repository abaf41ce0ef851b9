#include <atomic>
#include <chrono>
#include <cstdio>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "e2e/cluster.hpp"
#include "support/eventually.hpp"
#include "support/paths.hpp"

namespace curt::test {
namespace {

using nlohmann::json;
using SteadyClock = std::chrono::steady_clock;

constexpr int kLinks = 200;

std::string code_of_link(int i) { return fmt::format("link{}", i); }
std::string target_of_link(int i) { return fmt::format("https://example.com/{}", i); }

/// Makes kLinks links through the instance.
void make_links(std::uint16_t port) {
  RawClient client{port};
  for (int i = 0; i < kLinks; ++i) {
    const auto made =
        ask(client, "POST", "/shorten", {{"url", target_of_link(i)}, {"alias", code_of_link(i)}});
    ASSERT_TRUE(made && made->status == 201U) << i;
  }
}

/// Visits the links without a pause and counts what it is answered.
class Visitor {
 public:
  explicit Visitor(std::uint16_t port)
      : thread_([this, port](const std::stop_token& stop) {
          RawClient client{port};
          for (int i = 0; !stop.stop_requested(); i = (i + 1) % kLinks) visit(client, i);
        }) {}

  [[nodiscard]] int right() const noexcept { return right_; }
  [[nodiscard]] int unavailable() const noexcept { return unavailable_; }  ///< 503 with Retry-After
  [[nodiscard]] int wrong() const noexcept { return wrong_; }

  /// Whether `more` visits from now on are answered rightly.
  [[nodiscard]] bool goes_on(int more = kLinks) const {
    return eventually([this, goal = right_ + more] { return right_ >= goal; });
  }

 private:
  void visit(RawClient& client, int i) {
    const auto answer = ask(client, "GET", "/" + code_of_link(i));
    if (answer && answer->status == 302 && answer->header("Location") == target_of_link(i)) {
      ++right_;
    } else if (answer && answer->status == 503 && !answer->header("Retry-After").empty()) {
      ++unavailable_;
    } else {
      ++wrong_;
    }
  }

  std::atomic<int> right_{0};
  std::atomic<int> unavailable_{0};
  std::atomic<int> wrong_{0};
  std::jthread thread_;
};

/// Nothing is answered from the memory of the process.
const CurtProcess::Environment kNoLocalCache{{"CURT_CACHE_BYTES", "0"}};

bool redis_is_up(const CurtProcess& curt) {
  return curt.metric("curt_dependency_up{dependency=\"redis\"}") == 1;
}

TEST(Outages, RedisRestartedEmptyAndCutAHundredTimesCostsNoAnswer) {
  Cluster cluster;
  CurtProcess& curt = cluster.start(kNoLocalCache);
  make_links(curt.port());
  const Visitor visitor{curt.port()};
  ASSERT_TRUE(visitor.goes_on());
  for (int i = 0; i < 100; ++i) {
    cluster.redis.cut();
    ASSERT_TRUE(visitor.goes_on(20)) << "cut " << i;
  }
  ASSERT_TRUE(eventually([&] { return redis_is_up(curt); }));

  cluster.redis.kill();
  ASSERT_TRUE(eventually([&] { return !redis_is_up(curt); }));
  ASSERT_TRUE(visitor.goes_on()) << "from the database";
  cluster.redis.start();
  const auto began = SteadyClock::now();
  ASSERT_TRUE(eventually([&] { return redis_is_up(curt); }));
  fmt::print("Redis is used again {:.2f} s after its restart; {} answers\n",
             std::chrono::duration<double>(SteadyClock::now() - began).count(), visitor.right());
  ASSERT_TRUE(visitor.goes_on());
  EXPECT_EQ(visitor.wrong(), 0);
  EXPECT_EQ(visitor.unavailable(), 0);
}

TEST(Outages, AnEditWhileRedisIsAwayIsServedByAllWhenItIsBack) {
  Cluster cluster;
  // What is in memory is not asked for again by itself, in the time of a test.
  const CurtProcess::Environment settings{{"CURT_REDIS_TIMEOUT", "50ms"}, {"CURT_CACHE_TTL", "24h"}};
  RawClient here{cluster.start(settings).port()};
  RawClient there{cluster.start(settings).port()};
  ASSERT_EQ(ask(here, "POST", "/shorten", {{"url", "https://old.example/"}, {"alias", "abc"}})->status, 201U);
  ASSERT_EQ(ask(there, "GET", "/abc")->header("Location"), "https://old.example/");

  cluster.redis.pause();  // it keeps what it holds, and nobody hears of it
  ASSERT_TRUE(eventually([&] {
    // What is in memory is suspect by then, so that Redis is asked and found wanting.
    static_cast<void>(ask(here, "GET", "/abc"));
    static_cast<void>(ask(there, "GET", "/abc"));
    return !redis_is_up(cluster[0]) && !redis_is_up(cluster[1]);
  }));
  ASSERT_EQ(ask(here, "PATCH", "/api/v1/links/abc", {{"url", "https://new.example/"}})->status, 200U);
  EXPECT_TRUE(eventually([&] {
    return ask(there, "GET", "/abc")->header("Location") == "https://new.example/";
  })) << "what is in memory is not trusted while changes go by unheard";
  cluster.redis.resume();
  ASSERT_TRUE(eventually([&] { return redis_is_up(cluster[0]) && redis_is_up(cluster[1]); }));
  ASSERT_TRUE(eventually([&] {
    constexpr const char* kReplayed = "curt_cache_changes_replayed_total";
    return cluster[0].metric(kReplayed) + cluster[1].metric(kReplayed) >= 1;
  }));
  EXPECT_TRUE(eventually([&] { return cluster[0].metric("curt_cache_shared_first") == 1; }));
  EXPECT_EQ(ask(there, "GET", "/abc")->header("Location"), "https://new.example/");
  EXPECT_EQ(ask(here, "GET", "/abc")->header("Location"), "https://new.example/");
}

TEST(Outages, PostgresCutAHundredTimesAndRestartedIsUsedAgain) {
  Cluster cluster;
  CurtProcess& curt = cluster.start({{"CURT_CACHE_BYTES", "0"}, {"CURT_REDIS_URL", ""}});
  make_links(curt.port());
  const Visitor visitor{curt.port()};
  ASSERT_TRUE(visitor.goes_on());
  for (int i = 0; i < 100; ++i) {
    cluster.postgres.ask(
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE application_name LIKE 'curt %'");
    ASSERT_TRUE(visitor.goes_on(5)) << "cut " << i;
  }
  EXPECT_EQ(visitor.wrong(), 0);

  cluster.postgres.kill();
  ASSERT_TRUE(
      eventually([&, before = visitor.unavailable()] { return visitor.unavailable() > before + 10; }));
  RawClient client{curt.port()};
  EXPECT_EQ(ask(client, "GET", "/health")->status, 503U);
  EXPECT_EQ(ask(client, "GET", "/health/ready")->status, 200U);
  EXPECT_EQ(ask(client, "POST", "/shorten", {{"url", "https://example.com/"}})->status, 503U);
  cluster.postgres.start();
  const auto began = SteadyClock::now();
  ASSERT_TRUE(visitor.goes_on());
  const double took = std::chrono::duration<double>(SteadyClock::now() - began).count();
  fmt::print("Postgres is used again {:.2f} s after its restart; {} right answers, {} times 503\n", took,
             visitor.right(), visitor.unavailable());
  EXPECT_EQ(visitor.wrong(), 0);
}

TEST(Outages, LinksInTheCachesAreServedWhilePostgresIsAway) {
  Cluster cluster;
  RawClient remembers{cluster.start().port()};
  ASSERT_EQ(ask(remembers, "POST", "/shorten", {{"url", "https://example.com/"}, {"alias", "abc"}})->status,
            201U);
  ASSERT_EQ(ask(remembers, "GET", "/abc")->status, 302U);
  CurtProcess& without_memory = cluster.start(kNoLocalCache);
  RawClient asks_redis{without_memory.port()};
  ASSERT_TRUE(eventually([&] {
    static_cast<void>(ask(asks_redis, "GET", "/abc"));
    return without_memory.metric(R"(curt_cache_lookups_total{layer="redis",result="hit"})") >= 1;
  })) << "until the connection of its core is up";
  cluster.postgres.kill();
  EXPECT_EQ(ask(remembers, "GET", "/abc")->status, 302U);
  EXPECT_EQ(ask(asks_redis, "GET", "/abc")->status, 302U);
  const auto unknown = ask(asks_redis, "GET", "/nobody-asked-before");
  EXPECT_EQ(unknown->status, 503U);
  EXPECT_FALSE(unknown->header("Retry-After").empty());
  EXPECT_EQ(json::parse(ask(remembers, "GET", "/health")->body).at("status"), "degraded");
}

TEST(Outages, AnInstanceStartsWhilePostgresIsAway) {
  Cluster cluster;
  RawClient first{cluster.start().port()};
  ASSERT_EQ(ask(first, "POST", "/shorten", {{"url", "https://example.com/"}, {"alias", "abc"}})->status,
            201U);
  cluster.postgres.kill();
  CurtProcess& late = cluster.start();
  RawClient client{late.port()};
  EXPECT_EQ(ask(client, "GET", "/abc")->status, 503U) << "what Redis knows may have changed since";
  cluster.postgres.start();
  EXPECT_TRUE(eventually(
      [&] { return ask(client, "POST", "/shorten", {{"url", "https://example.com/"}})->status == 201U; }));
}

TEST(Outages, AnInstanceThatStartedWithoutPostgresEndsWhenItFindsAnotherSchema) {
  PostgresServer postgres;
  const std::string url = postgres.url(postgres.fresh_database());
  postgres.kill();
  const TempFolder folder;
  // The other schema never takes its visits, so that it would wait for that as long as it may.
  CurtProcess curt{
      curt_binary(), folder.path(), {{"CURT_DATABASE_URL", url}, {"CURT_SHUTDOWN_TIMEOUT", "0s"}}};
  postgres.start();
  EXPECT_EQ(curt.process().wait(), 1);
  EXPECT_THAT(curt.process().standard_output(), testing::HasSubstr("curt migrate"));
}

}  // namespace
}  // namespace curt::test
