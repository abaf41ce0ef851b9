#include <chrono>
#include <future>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "curt/cache/redis/connection/redis_client.hpp"

#include "support/cache/redis_client_fixture.hpp"
#include "support/captured_log.hpp"
#include "support/servers/relay.hpp"

// A server that fails is left alone until it answers again, whatever has happened to it.

namespace curt::cache {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Two cores whose server is behind a relay.
class RedisClientBreaker : public testing::Test {
 protected:
  explicit RedisClientBreaker(milliseconds timeout = test::patience(),
                              milliseconds connect_timeout = seconds{1}) {
    fill(server_, 10);
    RedisOptions options = test::patient_options(server_);
    options.address.port = relay_.port();
    options.timeout = timeout;
    options.connect_timeout = connect_timeout;
    options.dead_after = 2 * timeout;
    client_.emplace(2, options);
  }
  void SetUp() override {
    ASSERT_TRUE(client_->comes_up());
    ASSERT_TRUE(answers());
  }

  /// Whether both cores are answered from some time on.
  bool answers() {
    return test::eventually([&] {
      for (std::size_t core = 0; core < 2; ++core) {
        if (!client_->cores().run(core, client_->get("key:1"))) return false;
      }
      return true;
    });
  }
  /// The same, and prints how long it took.
  void expect_back(std::string_view from) {
    const auto began = std::chrono::steady_clock::now();
    EXPECT_TRUE(answers());
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    fmt::print("Redis is used again {:.2f} s after it was {}\n", took.count(), from);
  }
  [[nodiscard]] bool is_left_alone() const {
    return client_->metric(R"(curt_circuit_breaker_open{dependency="redis"})") == "1";
  }
  [[nodiscard]] std::string opened() const {
    return client_->metric(R"(curt_circuit_breaker_opened_total{dependency="redis"})");
  }
  [[nodiscard]] std::string gets(const std::string& result) const {
    return client_->metric("curt_redis_commands_total{command=\"get\",result=\"" + result +
                           "\",client=\"cache\"}");
  }
  /// Has something wait for the server until it is left alone.
  void expect_left_alone() {
    std::optional<Answer> waiting;
    auto asked = client_->cores().spawn(0, test::keep(client_->get("key:1"), waiting));
    EXPECT_TRUE(test::eventually([&] { return is_left_alone(); }));
    asked.get();
    EXPECT_FALSE(*waiting) << "it waits no longer";
    EXPECT_FALSE(client_->cores().run(1, client_->get("key:1")));
    EXPECT_FALSE(test::run(client_->get("key:1"))) << "from another thread";
    EXPECT_EQ(gets("left_alone"), "2");
    EXPECT_FALSE((*client_)->reachability().up);
  }

  test::CapturedLog log_;
  test::RedisServer server_;
  test::Relay relay_{server_.port()};
  std::optional<Client> client_;
};

TEST_F(RedisClientBreaker, LeavesAServerAloneThatIsGone) {
  server_.kill();
  ASSERT_TRUE(test::eventually([&] { return is_left_alone(); }));
  EXPECT_FALSE(client_->cores().run(0, client_->get("key:1")));
  EXPECT_EQ(gets("left_alone"), "1");
  server_.start();
  relay_.lead_to(server_.port());
  expect_back("killed");
  EXPECT_EQ(opened(), "1");
  client_->stop();
  EXPECT_EQ(log_.events("dependency is down").size(), 1U);
  EXPECT_EQ(log_.events("dependency is back").size(), 1U);
}

TEST_F(RedisClientBreaker, LeavesAServerAloneThatHangs) {
  server_.pause();
  expect_left_alone();
  server_.resume();
  expect_back("stopped");
}

TEST_F(RedisClientBreaker, LeavesAServerAloneOfWhichNothingComes) {
  relay_.stop_passing();
  expect_left_alone();
  relay_.pass_again();
  expect_back("out of reach");
}

TEST_F(RedisClientBreaker, EndsWhileItLeavesAServerAlone) {
  relay_.stop_passing();
  expect_left_alone();
  client_->stop();
  EXPECT_FALSE((*client_)->executor_here());
}

TEST_F(RedisClientBreaker, DoesNotLeaveAServerAloneThatTakesNoMoreClients) {
  // Those that are connected stay so; the other core's connection cannot be made again.
  const auto ask = [&](std::initializer_list<std::string_view> words) {
    RedisCommand command = make_command(RedisVerb::other, words);
    const Deadline deadline = Deadline::in(test::patience());
    return client_->cores().run(0, (*client_)->ask(std::move(command), deadline));
  };
  ASSERT_TRUE(ask({"CONFIG", "SET", "requirepass", "secret"}));
  ASSERT_TRUE(ask({"CLIENT", "KILL", "TYPE", "normal"}));
  const auto reconnects = [&] {
    return std::stoi(client_->metric(R"(curt_redis_reconnects_total{client="cache"})"));
  };
  EXPECT_TRUE(test::eventually([&, before = reconnects()] { return reconnects() >= before + 5; }));
  EXPECT_TRUE(client_->cores().run(0, client_->get("key:1")));
  EXPECT_EQ(opened(), "0");
}

TEST_F(RedisClientBreaker, NeedsNoCommandToFindOutThatTheServerHangs) {
  relay_.stop_passing();
  EXPECT_TRUE(test::eventually([&] { return is_left_alone(); }));
}

class RedisClientOfASlowServer : public RedisClientBreaker {
 protected:
  RedisClientOfASlowServer() : RedisClientBreaker(milliseconds{300}) {}
};

TEST_F(RedisClientOfASlowServer, LeavesItAloneUntilItIsQuick) {
  relay_.delay_by(milliseconds{400});
  EXPECT_TRUE(test::eventually([&] {
    static_cast<void>(client_->cores().run(0, client_->get("key:1")));
    return is_left_alone();
  }));
  const std::string before = opened();
  EXPECT_FALSE(test::eventually([&] { return !is_left_alone() || opened() != before; }, seconds{3}))
      << "it answers, and later than is of use";
  relay_.delay_by(milliseconds{0});
  expect_back("slow");
}

class RedisClientOfALongConnectTimeout : public RedisClientBreaker {
 protected:
  RedisClientOfALongConnectTimeout() : RedisClientBreaker(milliseconds{100}, 10 * test::patience()) {}
};

TEST_F(RedisClientOfALongConnectTimeout, WaitsForNoProbeSoLong) {
  relay_.stop_passing();
  ASSERT_TRUE(test::eventually([&] { return is_left_alone(); }));
  EXPECT_TRUE(test::eventually([&, before = relay_.taken()] { return relay_.taken() >= before + 3; }));
}

/// Asks for a list's first value, which comes once there is one.
class RedisClientRetries : public RedisClientBreaker {
 protected:
  std::future<void> pop(std::optional<Answer>& answer, Deadline deadline) {
    RedisCommand command = make_command(RedisVerb::other, {"BLPOP", "list", "0"});
    return client_->cores().spawn(
        0, test::keep((*client_)->ask_idempotent(std::move(command), deadline), answer));
  }
  [[nodiscard]] bool is_asked() const {
    return server_.command({"INFO", "clients"}).text.find("blocked_clients:1") != std::string::npos;
  }
  [[nodiscard]] std::string retries() const {
    return client_->metric(R"(curt_redis_retries_total{client="cache"})");
  }
};

TEST_F(RedisClientRetries, AskAgainWhereTheConnectionBroke) {
  // On a busy machine it may not have its connection again in time.
  EXPECT_TRUE(test::eventually([&] {
    std::optional<Answer> answer;
    std::future<void> asked = pop(answer, Deadline::in(test::patience()));
    const auto is_over = [&] { return asked.wait_for(milliseconds{0}) == std::future_status::ready; };
    if (!test::eventually([&] { return is_asked() || is_over(); }) || is_over()) return false;
    server_.cut();
    if (!test::eventually([&] { return is_asked() || is_over(); }) || is_over()) return false;
    (void)server_.command({"LPUSH", "list", "value"});
    asked.get();
    return *answer && (*answer)->list.size() == 2 && (*answer)->list[1].text == "value";
  }));
  EXPECT_NE(retries(), "0");
}

TEST_F(RedisClientRetries, AreNotMadeWhereTimeIsOver) {
  std::optional<Answer> answer;
  pop(answer, Deadline::in(milliseconds{100})).get();
  EXPECT_FALSE(*answer);
  EXPECT_EQ(retries(), "0");
}

TEST_F(RedisClientRetries, AreNotMadeWhileTheServerIsLeftAlone) {
  server_.kill();
  ASSERT_TRUE(test::eventually([&] { return is_left_alone(); }));
  const std::string before = retries();
  std::optional<Answer> answer;
  pop(answer, Deadline::in(test::patience())).get();
  EXPECT_FALSE(*answer);
  EXPECT_EQ(retries(), before);
}

}  // namespace
}  // namespace curt::cache
