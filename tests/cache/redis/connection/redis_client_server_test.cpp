#include <cstdint>
#include <future>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "curt/cache/redis/connection/redis_client.hpp"

#include "support/cache/redis_client_fixture.hpp"

namespace curt::cache {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

TEST(RedisClient, PipelinesWhatManyCoroutinesAsk) {
  const test::RedisServer server;
  fill(server, 1000);
  Client client{server};
  Gets gets;
  gets.run_many(client, 1, 10'000);
  EXPECT_EQ(gets.right, 10'000);
  EXPECT_EQ(client.metric("curt_redis_commands_total{command=\"get\",result=\"ok\",client=\"cache\"}"),
            "10000");
  EXPECT_EQ(client.metric("curt_redis_command_seconds_count{client=\"cache\"}"), "10000");
  EXPECT_EQ(client.metric("curt_redis_in_flight{client=\"cache\"}"), "0");
}

TEST(RedisClient, HasAConnectionForEachCoreAndServesOtherThreads) {
  const test::RedisServer server;
  fill(server, 1000);
  Client client{server, 3};
  const auto connected = [&] {
    const std::string list = server.command({"CLIENT", "LIST"}).text;
    std::size_t named = 0;
    for (auto at = list.find("name=curt "); at != std::string::npos; at = list.find("name=curt ", at + 1))
      ++named;
    return named;
  };
  EXPECT_TRUE(test::eventually([&] { return connected() == 3; })) << connected();
  for (std::size_t core = 0; core < 3; ++core) {
    EXPECT_TRUE(test::eventually([&] { return client.cores().run(core, client.get("key:0")).has_value(); }))
        << "the server names a connection before the client knows that it is usable";
  }
  Gets gets;
  gets.run_many(client, 3, 3'000);
  EXPECT_EQ(gets.right, 3'000);

  const Answer from_here = test::run(client.get("key:7"));
  ASSERT_TRUE(from_here);
  EXPECT_EQ(from_here->text, "value:7");
}

TEST(RedisClient, HasTheFirstConnectionWaitedFor) {
  const test::RedisServer server;
  fill(server, 10);
  for (int i = 0; i < 20; ++i) {
    Client client{1, test::patient_options(server)};
    EXPECT_TRUE(client.cores().run(0, client.get("key:1"))) << "asked while it is being opened";
  }
}

awaitable<void> nothing() { co_return; }

awaitable<void> expect_nothing(Client& client, Deadline deadline) {
  const std::string key = "key:1";
  const Answer answer = co_await client.get(key, deadline);
  EXPECT_FALSE(answer);
}

/// The server takes connections and greets nobody until it is resumed.
class RedisClientWithoutItsFirstConnection : public testing::Test {
 protected:
  void SetUp() override { server_.pause(); }
  void TearDown() override { server_.resume(); }

  /// A get that waits for the first connection, and gets nothing.
  static std::future<void> ask(Client& client, Deadline deadline) {
    std::future<void> asked = client.cores().spawn(0, expect_nothing(client, deadline));
    client.cores().run(0, nothing());  // its turn comes after the get's
    return asked;
  }
  static std::string gets(const Client& client, std::string_view result) {
    return client.metric(
        fmt::format("curt_redis_commands_total{{command=\"get\",result=\"{}\",client=\"cache\"}}", result));
  }

  test::RedisServer server_;
  RedisOptions options_ = test::patient_options(server_);
};

TEST_F(RedisClientWithoutItsFirstConnection, WaitsNoLongerThanTheTimeout) {
  options_.timeout = milliseconds{100};
  options_.connect_timeout = options_.dead_after = std::chrono::hours{1};  // which the test would not outlast
  Client client{1, options_};
  ask(client, Deadline::in(std::chrono::hours{1})).get();
  EXPECT_EQ(gets(client, "unreachable"), "1");
}

TEST_F(RedisClientWithoutItsFirstConnection, SendsNothingThatHasWaitedPastItsDeadline) {
  Client client{1, options_};
  const Deadline deadline = Deadline::in(milliseconds{1});
  auto late = ask(client, deadline);
  EXPECT_TRUE(test::eventually([&] { return deadline.passed(); }));
  server_.resume();
  late.get();
  EXPECT_EQ(gets(client, "timeout"), "1");
}

TEST_F(RedisClientWithoutItsFirstConnection, EndsWithWhatWaits) {
  Client client{1, options_};
  auto waiting = ask(client, Deadline::in(test::patience()));
  client.stop();
  waiting.get();
  EXPECT_EQ(gets(client, "unreachable"), "1");
}

TEST(RedisClient, ResumesAtTheDeadlineAndSwallowsTheLateAnswer) {
  const test::RedisServer server;
  fill(server, 10);
  Client client{server};
  server.pause();
  const Deadline deadline = Deadline::in(milliseconds{50});
  const Answer late = client.cores().run(0, client.get("key:1", deadline));
  EXPECT_FALSE(late);
  EXPECT_TRUE(deadline.passed());
  EXPECT_EQ(client.metric("curt_redis_commands_total{command=\"get\",result=\"timeout\",client=\"cache\"}"),
            "1");
  EXPECT_EQ(client.metric("curt_redis_in_flight{client=\"cache\"}"), "1") << "it is still to be answered";
  server.resume();
  const Answer next = client.cores().run(0, client.get("key:2"));
  ASSERT_TRUE(next);
  EXPECT_EQ(next->text, "value:2");
  EXPECT_EQ(client.metric("curt_redis_in_flight{client=\"cache\"}"), "0");
}

TEST(RedisClient, TakesNoMoreThanSoManyCommandsInFlight) {
  const test::RedisServer server;
  RedisOptions options = test::patient_options(server);
  options.max_in_flight = 8;
  Client client{1, options};
  ASSERT_TRUE(client.comes_up());
  server.pause();
  std::vector<std::future<void>> running;
  std::vector<std::optional<Answer>> answers(9);
  for (auto& answer : answers)
    running.push_back(client.cores().spawn(0, test::keep(client.get("key"), answer)));
  running.back().get();
  EXPECT_FALSE(*answers.back()) << "at once, while the others wait";
  EXPECT_EQ(
      client.metric("curt_redis_commands_total{command=\"get\",result=\"unreachable\",client=\"cache\"}"),
      "1");
  server.resume();
  for (std::size_t i = 0; i < 8; ++i) {
    running[i].get();
    EXPECT_TRUE(*answers[i]) << i;
  }
}

TEST(RedisClient, GivesUpAConnectionWhoseServerHangsAndComesBack) {
  const test::RedisServer server;
  fill(server, 10);
  RedisOptions options = test::patient_options(server);
  options.timeout = milliseconds{50};
  options.dead_after = milliseconds{200};
  options.connect_timeout = milliseconds{300};
  Client client{1, options};
  ASSERT_TRUE(client.comes_up());
  server.pause();
  EXPECT_FALSE(client.cores().run(0, client.get("key:1")));
  EXPECT_TRUE(test::eventually([&] { return !client->reachability().up; }));
  EXPECT_TRUE(test::eventually([&] {
    return client->reachability().detail.find("no connection within 300 ms") != std::string::npos;
  })) << client->reachability().detail;
  EXPECT_FALSE(client.cores().run(0, client.get("key:1")));
  server.resume();
  ASSERT_TRUE(client.comes_up());
  EXPECT_TRUE(test::eventually([&] { return client.cores().run(0, client.get("key:1")).has_value(); }));
}

TEST(RedisClient, GivesNoWrongAnswerWhenItsConnectionIsCutAHundredTimes) {
  const test::RedisServer server;
  fill(server, 1000);
  Client client{server, 2};
  Gets gets;
  gets.count = 1'000'000'000;
  auto running = gets.start_many(client, 2);
  for (int cut = 0; cut < 100; ++cut) {
    const int before = gets.right;
    ASSERT_TRUE(test::eventually([&] { return gets.right > before + 10; })) << cut;
    server.cut();
    const int then = gets.right + static_cast<int>(running.size());  // what was in flight may still come
    ASSERT_TRUE(test::eventually([&] { return gets.right > then; })) << cut;
  }
  gets.next = gets.count;
  for (auto& one : running) one.get();
  EXPECT_EQ(gets.wrong, 0);
  EXPECT_GT(gets.none, 0);
  EXPECT_EQ(client.metric("curt_redis_in_flight{client=\"cache\"}"), "0");
}

TEST(RedisClient, AnswersNothingAtOnceWhileThereIsNoServer) {
  RedisOptions options;
  options.address.port = test::free_port();
  options.timeout = test::patience();
  Client client{1, options};
  EXPECT_FALSE(client.cores().run(0, client.get("key"))) << "as soon as the first attempt has failed";
  EXPECT_TRUE(test::eventually([&] { return !client->reachability().detail.empty(); }));
  EXPECT_THAT(client->reachability().detail, HasSubstr("Connection refused"));
  EXPECT_FALSE(client.cores().run(0, client.get("key")));
  EXPECT_FALSE(test::run(client.get("key"))) << "from another thread";
  const auto gets = [&](const char* result) {
    return std::stoi(client.metric(
        fmt::format("curt_redis_commands_total{{command=\"get\",result=\"{}\",client=\"cache\"}}", result)));
  };
  EXPECT_EQ(gets("unreachable") + gets("left_alone"), 3) << "and no timeout";
}

TEST(RedisClient, LooksUpNames) {
  const test::RedisServer server;
  fill(server, 10);
  RedisOptions options = test::patient_options(server);
  options.address.host = "localhost";
  Client client{2, options};
  ASSERT_TRUE(client.comes_up()) << client->reachability().detail;

  options.address.host = "no-such-host.invalid";
  Client lost{1, options};
  EXPECT_TRUE(test::eventually([&] { return !lost->reachability().detail.empty(); }));
  EXPECT_THAT(lost->reachability().detail, HasSubstr("no-such-host.invalid"));
}

}  // namespace
}  // namespace curt::cache
