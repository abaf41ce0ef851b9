#include <atomic>
#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "curt/cache/redis/limits/redis_limiter.hpp"

#include "support/cache/redis_client_fixture.hpp"

namespace curt::cache {
namespace {

using limits::Budget;
using limits::Policy;
using limits::Subject;
using limits::Verdict;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::RedisServer;

/// One instance of the service, as far as it has to do with budgets in Redis.
struct Instance {
  explicit Instance(const RedisServer& server, std::size_t cores = 1) : client(server, cores) {}
  explicit Instance(RedisOptions options) : client(1, std::move(options)) {}

  result<Verdict> charge(const std::vector<Policy>& policies, std::string_view who = "192.0.2.1") {
    Call call{Deadline::in(test::patience())};
    return client.cores().run(0, limiter.charge(call, Subject::of_client(who), policies));
  }
  int let_in(const std::vector<Policy>& policies, int requests, std::string_view who = "192.0.2.1") {
    int count = 0;
    for (int i = 0; i < requests; ++i) count += charge(policies, who).value().allowed ? 1 : 0;
    return count;
  }

  Client client;
  RedisLimiter limiter{*client};
};

/// Which come back so slowly that a test does not see it.
const std::vector<Policy>& create_and_api() {
  static const std::vector<Policy> both{{Budget::create, {3, hours{24}}}, {Budget::api, {5, hours{24}}}};
  return both;
}
const std::vector<Policy>& api() {
  static const std::vector<Policy> one{{Budget::api, {5, hours{24}}}};
  return one;
}

TEST(RedisLimiter, ChargesAllBudgetsOrNone) {
  const RedisServer server;
  Instance instance{server};
  const Verdict first = instance.charge(create_and_api()).value();
  EXPECT_TRUE(first.allowed);
  EXPECT_EQ(first.levels[0], hours{8});
  EXPECT_EQ(instance.let_in(create_and_api(), 10), 2);
  EXPECT_EQ(instance.let_in(api(), 10), 2) << "eight refused creates cost the API nothing";
  EXPECT_FALSE(instance.charge(create_and_api()).value().allowed);
  EXPECT_EQ(instance.let_in(create_and_api(), 10, "192.0.2.2"), 3);
}

TEST(RedisLimiter, IsExactForManyInstancesAtOnce) {
  const RedisServer server;
  constexpr int kInstances = 3;
  constexpr int kAtOnce = 16;
  constexpr int kEach = 60;
  const std::vector<Policy> quota{{Budget::api, {500, hours{24}}}};
  std::vector<std::unique_ptr<Instance>> instances;
  for (int i = 0; i < kInstances; ++i) instances.push_back(std::make_unique<Instance>(server, 2));
  std::atomic<int> allowed{0};
  std::atomic<int> refused{0};
  const auto ask = [&](RedisLimiter& limiter) -> awaitable<void> {
    for (int i = 0; i < kEach; ++i) {
      Call call{Deadline::in(test::patience())};
      const Subject who = Subject::of_client("192.0.2.1");
      const result<Verdict> verdict = co_await limiter.charge(call, who, quota);
      if (verdict) ++(verdict->allowed ? allowed : refused);
    }
  };
  std::vector<std::future<void>> running;
  for (int i = 0; i < kInstances * kAtOnce; ++i) {
    Instance& instance = *instances[static_cast<std::size_t>(i % kInstances)];
    running.push_back(
        instance.client.cores().spawn(static_cast<std::size_t>(i / kInstances % 2), ask(instance.limiter)));
  }
  for (std::future<void>& one : running) one.get();
  EXPECT_EQ(allowed, 500);
  EXPECT_EQ(refused, kInstances * kAtOnce * kEach - 500);
}

TEST(RedisLimiter, GivesTheQuotaBackByTheServersClock) {
  const RedisServer server;
  Instance instance{server};
  const std::vector<Policy> quota{{Budget::api, {10, seconds{1}}}};
  const auto begun = std::chrono::steady_clock::now();
  int let_in = 0;
  EXPECT_TRUE(test::eventually([&] {
    let_in += instance.let_in(quota, 1);
    return let_in == 20;
  }));
  EXPECT_GE(std::chrono::steady_clock::now() - begun, milliseconds{990}) << "ten more take a second";
}

TEST(RedisLimiter, KeepsAKeyOfEachBudgetNoLongerThanItsWindow) {
  const RedisServer server;
  Instance instance{server};
  const std::vector<Policy> quota{{Budget::create, {7, seconds{60}}}, {Budget::api, {1000, hours{1}}}};
  EXPECT_EQ(instance.let_in(quota, 20, "2001:db8:1:2::5"), 7);
  const auto ttl = [&](std::string_view key) { return server.command({"PTTL", key}).integer; };
  EXPECT_GT(ttl("curt:rate:create:2001:db8:1:2::/64"), 0);
  EXPECT_LE(ttl("curt:rate:create:2001:db8:1:2::/64"), 60'000);
  EXPECT_GT(ttl("curt:rate:api:2001:db8:1:2::/64"), 0);
  EXPECT_LE(ttl("curt:rate:api:2001:db8:1:2::/64"), 7 * 3'600 + 1) << "as long as it is not whole";
  EXPECT_EQ(server.command({"DBSIZE"}).integer, 2);
}

TEST(RedisLimiter, NamesAKeysBudgetAfterItsId) {
  const RedisServer server;
  Instance instance{server};
  Call call{Deadline::in(test::patience())};
  const Subject who = Subject::of_key(KeyId::from_valid("2AbCdEfGhIjK"));
  EXPECT_TRUE(instance.client.cores().run(0, instance.limiter.charge(call, who, api())).value().allowed);
  EXPECT_EQ(server.command({"EXISTS", "curt:rate:api:key:2AbCdEfGhIjK"}).integer, 1);
}

TEST(RedisLimiter, TakesAKeyThatItCannotReadForNone) {
  const RedisServer server;
  Instance instance{server};
  (void)server.command({"SET", "curt:rate:api:192.0.2.1", "something"});
  (void)server.command({"LPUSH", "curt:rate:api:192.0.2.2", "something"});
  EXPECT_EQ(instance.let_in(api(), 10), 5);
  EXPECT_EQ(instance.let_in(api(), 10, "192.0.2.2"), 5);
}

TEST(RedisLimiter, GivesTheQuotaBackByANewOneOnceThatIsChanged) {
  const RedisServer server;
  Instance instance{server};
  const std::vector<Policy> before{{Budget::api, {1, hours{24}}}};
  EXPECT_EQ(instance.let_in(before, 2), 1);
  const std::vector<Policy> after{{Budget::api, {100, seconds{1}}}};
  EXPECT_TRUE(test::eventually([&] { return instance.let_in(after, 1) == 1; })) << "and not for a day";
}

TEST(RedisLimiter, TakesTheScriptAlongWhereTheServerDoesNotKnowIt) {
  const RedisServer server;
  Instance instance{server};
  EXPECT_EQ(instance.let_in(api(), 1), 1);
  (void)server.command({"SCRIPT", "FLUSH"});
  EXPECT_EQ(instance.let_in(api(), 10), 4);
  EXPECT_EQ(
      instance.client.metric("curt_redis_commands_total{command=\"eval\",result=\"ok\",client=\"cache\"}"),
      "2");
}

TEST(RedisLimiter, SaysWhyItIsNotCountedThere) {
  RedisServer server;
  Instance instance{server};
  const auto why = [&] {
    const result<Verdict> verdict = instance.charge(api());
    return verdict ? "it is" : verdict.error().log;
  };
  EXPECT_EQ(why(), "it is");
  const std::vector<Policy> used_up{{Budget::create, {1, hours{24}}}};
  EXPECT_EQ(instance.let_in(used_up, 2), 1);
  (void)server.command({"REPLICAOF", "127.0.0.1", "1"});
  EXPECT_EQ(why().substr(0, 8), "READONLY");
  const auto is_read_only = [](const result<Verdict>& verdict) {
    return !verdict && verdict.error().log.starts_with("READONLY");
  };
  EXPECT_TRUE(test::eventually([&] { return is_read_only(instance.charge(used_up)); }))
      << "although it would be refused";
  (void)server.command({"REPLICAOF", "NO", "ONE"});
  EXPECT_TRUE(test::eventually([&] { return why() == "it is"; }));
  server.kill();
  EXPECT_EQ(why(), "redis does not answer in time");
  server.start();
  EXPECT_TRUE(test::eventually([&] { return why() == "it is"; }));
}

TEST(RedisLimiter, DoesNotWaitForAServerThatHangs) {
  const RedisServer server;
  RedisOptions options = test::patient_options(server);
  options.timeout = milliseconds{50};
  Instance instance{options};
  ASSERT_TRUE(instance.client.comes_up());
  server.pause();
  const result<Verdict> verdict = instance.charge(api());
  ASSERT_FALSE(verdict);
  EXPECT_EQ(verdict.error().log, "redis does not answer in time");
  server.resume();
  EXPECT_TRUE(test::eventually([&] { return instance.charge(api()).has_value(); }));
}

TEST(RedisLimiter, TellsOfAChargeForWhichNobodyWaits) {
  const RedisServer server;
  Instance instance{server};
  std::promise<result<Verdict>> told;
  instance.limiter.charge_later(Subject::of_client("192.0.2.1"), api().front(),
                                [&](const result<Verdict>& verdict) { told.set_value(verdict); });
  const result<Verdict> verdict = told.get_future().get();
  EXPECT_TRUE(verdict.value().allowed);
  EXPECT_EQ(instance.let_in(api(), 10), 4);
}

TEST(RedisLimiter, LetsABudgetOweAQuotaWhereItIsChargedAfterTheRequest) {
  const RedisServer server;
  Instance instance{server};
  const Policy& policy = api().front();
  const auto charge_later = [&] {
    std::promise<result<Verdict>> told;
    instance.limiter.charge_later(Subject::of_client("192.0.2.1"), policy,
                                  [&](const result<Verdict>& verdict) { told.set_value(verdict); });
    return told.get_future().get().value();
  };
  Verdict last;
  for (int i = 0; i < 8; ++i) last = charge_later();
  EXPECT_TRUE(last.allowed);
  EXPECT_GT(last.levels.front(), hours{38}) << "eight of five a day";
  EXPECT_GT(server.command({"PTTL", "curt:rate:api:192.0.2.1"}).integer, 38 * 3'600'000);
  for (int i = 0; i < 8; ++i) last = charge_later();
  EXPECT_LE(last.levels.front(), hours{48});
  EXPECT_LE(server.command({"PTTL", "curt:rate:api:192.0.2.1"}).integer, 48 * 3'600'000);
  EXPECT_EQ(instance.let_in(api(), 1), 0);
}

TEST(RedisLimiter, TellsAtOnceOfAChargeThatCannotBeMadeAnyMore) {
  const RedisServer server;
  Instance instance{server};
  instance.client.stop();
  std::string why;
  instance.limiter.charge_later(Subject::of_client("192.0.2.1"), api().front(),
                                [&](const result<Verdict>& verdict) { why = verdict.error().log; });
  EXPECT_EQ(why, "redis is not connected");
}

}  // namespace
}  // namespace curt::cache
