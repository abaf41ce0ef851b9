#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "e2e/cluster.hpp"
#include "support/eventually.hpp"
#include "support/paths.hpp"

namespace curt::test {
namespace {

constexpr std::string_view kShared = "curt_rate_limit_shared";

constexpr std::string_view kChargedInRedis =
    R"(curt_rate_limit_decisions_total{budget="not_found",decision="allowed",judge="redis"})";

constexpr std::string_view kHits = R"(curt_cache_lookups_total{layer="local",result="hit"})";

/// The statuses of requests, by how often.
struct Statuses {
  std::atomic<int> let_in{0};
  std::atomic<int> refused{0};
  std::atomic<int> other{0};

  void add(unsigned status) { ++(status == 429 ? refused : status < 400 || status == 404 ? let_in : other); }
};

/// Sends so many requests to create a link over one connection.
void create_links(std::uint16_t port, int requests, Statuses& statuses) {
  RawClient client{port};
  for (int i = 0; i < requests; ++i) {
    const auto answer = ask(client, "POST", "/api/v1/links", {{"url", "https://example.com/"}});
    statuses.add(answer ? answer->status : 0);
  }
}

bool counts_together(CurtProcess& curt) { return curt.metric(std::string{kShared}) == 1; }

/// The status of a request whose client is named by a proxy, or by whoever likes to be one.
unsigned forwarded(std::uint16_t port, std::string_view path, std::string_view client) {
  const auto answer = test::exchange(
      port, fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {}\r\n\r\n", path, client));
  return answer ? answer->status : 0;
}

TEST(Limits, AreExactOverInstancesAndByInstanceWhileRedisIsAway) {
  constexpr int kQuota = 120;
  Cluster cluster;
  // So long a window that none comes back in the time of the test.
  for (int i = 0; i < 2; ++i) cluster.start({{"CURT_LIMIT_CREATE", fmt::format("{}/1d", kQuota)}});
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_TRUE(
        eventually([&] { return cluster[i].metric("curt_dependency_up{dependency=\"redis\"}") == 1; }));
    EXPECT_EQ(cluster[i].metric(std::string{kShared}), 1);
  }
  const auto create_everywhere = [&] {
    auto statuses = std::make_unique<Statuses>();
    std::vector<std::jthread> clients;
    for (std::size_t i = 0; i < 4; ++i) {
      clients.emplace_back([&, i] { create_links(cluster[i % 2].port(), 100, *statuses); });
    }
    clients.clear();
    return statuses;
  };

  const auto together = create_everywhere();
  EXPECT_EQ(together->let_in, kQuota);
  EXPECT_EQ(together->refused, 400 - kQuota);
  EXPECT_EQ(together->other, 0);
  EXPECT_EQ(cluster.ask_database("SELECT count(*) FROM links"), std::to_string(kQuota));

  cluster.redis.kill();
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_TRUE(
        eventually([&] { return cluster[i].metric("curt_dependency_up{dependency=\"redis\"}") == 0; }));
  }
  const auto alone = create_everywhere();
  EXPECT_EQ(alone->let_in, 2 * kQuota);
  EXPECT_EQ(alone->other, 0);
  EXPECT_FALSE(counts_together(cluster[0]));
  EXPECT_FALSE(counts_together(cluster[1]));

  cluster.redis.start();
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_TRUE(eventually([&] {
      // Only a request that is let in tells an instance that Redis takes writes again.
      (void)cluster.redis.command({"DEL", "curt:rate:create:127.0.0.1"});
      Statuses one;
      create_links(cluster[i].port(), 1, one);
      return counts_together(cluster[i]);
    }));
    const std::string log = cluster[i].process().standard_output();
    EXPECT_NE(log.find("the limits of clients are counted by this process alone"), std::string::npos);
    EXPECT_NE(log.find("the limits of clients are counted in redis again"), std::string::npos);
  }
}

TEST(Limits, KeepAScanFromTheDatabaseAndLoseNoLinkThatIsCached) {
  Cluster cluster;
  CurtProcess::Environment settings{{"CURT_LIMIT_NOT_FOUND", "50/1d"}, {"CURT_REDIS_TIMEOUT", "10s"}};
  settings.insert(settings.end(), kLongMemory.begin(), kLongMemory.end());
  for (std::size_t i = 0; i < 2; ++i) {
    cluster.start(settings);
    EXPECT_TRUE(
        eventually([&] { return cluster[i].metric("curt_dependency_up{dependency=\"redis\"}") == 1; }));
  }
  RawClient client{cluster[0].port()};
  RawClient other{cluster[1].port()};
  const auto created = ask(client, "POST", "/shorten", {{"url", "https://example.com/"}, {"alias", "known"}});
  ASSERT_TRUE(created);
  EXPECT_EQ(created->status, 201U);
  // What is read while a change of it is announced is not remembered, so once may not be enough.
  const auto remembers = [](CurtProcess& curt, RawClient& visitor) {
    EXPECT_EQ(ask(visitor, "GET", "/known")->status, 302U);
    return curt.metric(std::string{kHits}) >= 1;
  };
  EXPECT_TRUE(eventually([&] { return remembers(cluster[0], client); }));
  EXPECT_TRUE(eventually([&] { return remembers(cluster[1], other); }));
  Statuses scan;
  for (int i = 0; i < 150; ++i) scan.add(ask(client, "GET", fmt::format("/scan{}", i))->status);
  EXPECT_EQ(scan.let_in, 50);
  EXPECT_EQ(scan.refused, 100);
  EXPECT_EQ(scan.other, 0);
  EXPECT_TRUE(eventually([&] { return cluster[0].metric(std::string{kChargedInRedis}) == 50; }));
  for (int i = 0; i < 20; ++i) EXPECT_EQ(ask(client, "GET", "/known")->status, 302U);
  // The other instance hears of it with its first lookup that leads nowhere.
  EXPECT_EQ(ask(other, "GET", "/more1")->status, 404U);
  EXPECT_TRUE(eventually([&] { return cluster[1].metric(std::string{kChargedInRedis}) == 1; }));
  EXPECT_EQ(ask(other, "GET", "/more2")->status, 429U);
  EXPECT_EQ(ask(other, "GET", "/known")->status, 302U);
}

TEST(Limits, GiveNothingToWhoeverNamesAnotherAddress) {
  TempFolder folder;
  CurtProcess curt{
      curt_binary(),
      folder.path(),
      {{"CURT_ALLOW_OPEN", "true"}, {"CURT_LIMIT_API", "5/1d"}, {"CURT_LIMIT_REDIRECT", "5/1d"}}};
  Statuses api;
  Statuses visits;
  for (int i = 0; i < 20; ++i) {
    api.add(forwarded(curt.port(), "/api/v1/links", fmt::format("192.0.2.{}", i)));
    visits.add(forwarded(curt.port(), "/abc", fmt::format("192.0.2.{}", i)));
  }
  EXPECT_EQ(api.let_in, 5);
  EXPECT_EQ(api.refused, 15);
  EXPECT_EQ(visits.let_in, 5);
  EXPECT_EQ(visits.refused, 15);
}

TEST(Limits, CountClientsBehindATrustedProxyEachByItself) {
  TempFolder folder;
  CurtProcess curt{
      curt_binary(),
      folder.path(),
      {{"CURT_TRUSTED_PROXIES", "127.0.0.1"}, {"CURT_ALLOW_OPEN", "true"}, {"CURT_LIMIT_API", "5/1d"}}};
  for (const std::string_view client : {"192.0.2.1", "192.0.2.2", "2001:db8:1:2::1"}) {
    Statuses statuses;
    for (int i = 0; i < 10; ++i) {
      // What the client itself sends stands before what the proxy adds.
      statuses.add(forwarded(curt.port(), "/api/v1/links", fmt::format("203.0.113.{}, {}", i, client)));
    }
    EXPECT_EQ(statuses.let_in, 5) << client;
    EXPECT_EQ(statuses.refused, 5) << client;
  }
  EXPECT_EQ(forwarded(curt.port(), "/api/v1/links", "2001:db8:1:2:ffff::9"), 429U)
      << "of the same subscriber";
}

}  // namespace
}  // namespace curt::test
