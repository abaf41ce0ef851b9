#include "curt/cache/redis/redis_client.hpp"

#include <atomic>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/core_threads.hpp"
#include "support/eventually.hpp"
#include "support/metric_value.hpp"
#include "support/redis_server.hpp"

namespace curt::cache {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using test::RedisServer;
using testing::HasSubstr;
using testing::Not;
using Answer = std::optional<RedisReply>;

/// Cores and a client that is started on them.
class Client {
 public:
  Client(std::size_t cores, RedisOptions options) : cores_(cores) {
    auto made = RedisClient::make(std::move(options), metrics_, clock_);
    client_ = std::move(*made);
    const std::vector<Executor> executors = cores_.executors();
    client_->start(executors);
  }
  explicit Client(const RedisServer& server, std::size_t cores = 1) : Client(cores, options_for(server)) {
    EXPECT_TRUE(comes_up());
  }
  ~Client() { stop(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// With time enough for a machine that does other things as well.
  static RedisOptions options_for(const RedisServer& server) {
    RedisOptions options;
    options.address = parse_redis_url(server.url()).value();
    options.timeout = seconds{10};
    options.dead_after = seconds{20};
    options.connect_timeout = seconds{10};
    return options;
  }

  [[nodiscard]] bool comes_up() {
    return test::eventually([&] { return client_->reachability().up; });
  }

  awaitable<Answer> get(std::string key, Deadline deadline = Deadline::in(seconds{30})) {
    RedisCommand command = make_command(RedisVerb::get, {"GET", key});
    Answer answer = co_await client_->ask(std::move(command), deadline);
    co_return answer;
  }

  void stop() {
    if (stopped_) return;
    stopped_ = true;
    client_->stop();
    cores_.join();
  }

  RedisClient& operator*() { return *client_; }
  RedisClient* operator->() { return client_.get(); }
  test::CoreThreads& cores() { return cores_; }
  [[nodiscard]] std::string metric(const std::string& series) const {
    return test::metric_value(metrics_, series);
  }

 private:
  Metrics metrics_;
  SystemClock clock_;
  test::CoreThreads cores_;
  std::unique_ptr<RedisClient> client_;
  bool stopped_ = false;
};

/// Fills keys key:0 … key:<count-1> with values value:0 ….
void fill(const test::RedisServer& server, int count) {
  const std::string script =
      fmt::format("for i=0,{} do redis.call('SET', 'key:'..i, 'value:'..i) end", count - 1);
  ASSERT_NE(server.command({"EVAL", script, "0"}).kind, RedisReply::Kind::error);
}

/// Gets keys until there are none left; counts what came back.
struct Gets {
  std::atomic<int> next{0};
  std::atomic<int> right{0};
  std::atomic<int> wrong{0};
  std::atomic<int> none{0};
  int count = 0;

  awaitable<void> run(Client& client) {
    for (int i = next++; i < count; i = next++) {
      const std::string key = fmt::format("key:{}", i % 1000);
      const Answer answer = co_await client.get(key);
      if (!answer) {
        ++none;
      } else {
        ++(answer->text == fmt::format("value:{}", i % 1000) ? right : wrong);
      }
    }
  }
};

TEST(RedisClient, PipelinesWhatManyCoroutinesAsk) {
  const test::RedisServer server;
  fill(server, 1000);
  Client client{server};
  Gets gets;
  gets.count = 10'000;
  std::vector<std::future<void>> running;
  for (int i = 0; i < 64; ++i) running.push_back(client.cores().spawn(0, gets.run(client)));
  for (auto& one : running) one.get();
  EXPECT_EQ(gets.right, 10'000);
  EXPECT_EQ(client.metric("curt_redis_commands_total{command=\"get\",result=\"ok\"}"), "10000");
  EXPECT_EQ(client.metric("curt_redis_command_seconds_count"), "10000");
  EXPECT_EQ(client.metric("curt_redis_in_flight"), "0");
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
  Gets gets;
  gets.count = 3'000;
  std::vector<std::future<void>> running;
  for (int i = 0; i < 30; ++i) {
    running.push_back(client.cores().spawn(static_cast<std::size_t>(i) % 3, gets.run(client)));
  }
  for (auto& one : running) one.get();
  EXPECT_EQ(gets.right, 3'000);

  const Answer from_here = test::run(client.get("key:7"));
  ASSERT_TRUE(from_here);
  EXPECT_EQ(from_here->text, "value:7");
}

TEST(RedisClient, ResumesAtTheDeadlineAndSwallowsTheLateAnswer) {
  const test::RedisServer server;
  fill(server, 10);
  Client client{server};
  server.pause();
  const auto began = std::chrono::steady_clock::now();
  const Answer late = client.cores().run(0, client.get("key:1", Deadline::in(milliseconds{50})));
  EXPECT_FALSE(late);
  EXPECT_GE(std::chrono::steady_clock::now() - began, milliseconds{50});
  EXPECT_EQ(client.metric("curt_redis_commands_total{command=\"get\",result=\"timeout\"}"), "1");
  EXPECT_EQ(client.metric("curt_redis_in_flight"), "1") << "it is still to be answered";
  server.resume();
  const Answer next = client.cores().run(0, client.get("key:2"));
  ASSERT_TRUE(next);
  EXPECT_EQ(next->text, "value:2");
  EXPECT_EQ(client.metric("curt_redis_in_flight"), "0");
}

TEST(RedisClient, TakesNoMoreThanSoManyCommandsInFlight) {
  const test::RedisServer server;
  RedisOptions options = Client::options_for(server);
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
  EXPECT_EQ(client.metric("curt_redis_commands_total{command=\"get\",result=\"unreachable\"}"), "1");
  server.resume();
  for (std::size_t i = 0; i < 8; ++i) {
    running[i].get();
    EXPECT_TRUE(*answers[i]) << i;
  }
}

TEST(RedisClient, GivesUpAConnectionWhoseServerHangsAndComesBack) {
  const test::RedisServer server;
  fill(server, 10);
  RedisOptions options = Client::options_for(server);
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
  std::vector<std::future<void>> running;
  for (std::size_t i = 0; i < 32; ++i) running.push_back(client.cores().spawn(i % 2, gets.run(client)));
  milliseconds longest{0};
  for (int cut = 0; cut < 100; ++cut) {
    const int before = gets.right;
    ASSERT_TRUE(test::eventually([&] { return gets.right > before + 10; })) << cut;
    server.cut();
    const auto at = std::chrono::steady_clock::now();
    const int then = gets.right + 32;  // what was in flight may still come
    ASSERT_TRUE(test::eventually([&] { return gets.right > then; })) << cut;
    longest = std::max(longest, std::chrono::ceil<milliseconds>(std::chrono::steady_clock::now() - at));
  }
  gets.next = gets.count;
  for (auto& one : running) one.get();
  EXPECT_EQ(gets.wrong, 0);
  EXPECT_GT(gets.none, 0);
  EXPECT_LT(longest, seconds{20});
  EXPECT_EQ(client.metric("curt_redis_in_flight"), "0");
  RecordProperty("longest_recovery_ms", static_cast<int>(longest.count()));
}

TEST(RedisClient, AnswersNothingAtOnceWhileThereIsNoServer) {
  RedisOptions options;
  options.address.port = test::free_port();
  options.timeout = seconds{60};
  Client client{1, options};
  EXPECT_TRUE(test::eventually([&] { return !client->reachability().detail.empty(); }));
  EXPECT_THAT(client->reachability().detail, HasSubstr("Connection refused"));
  EXPECT_FALSE(client.cores().run(0, client.get("key")));
  EXPECT_FALSE(test::run(client.get("key"))) << "from another thread";
}

TEST(RedisClient, LooksUpNames) {
  const test::RedisServer server;
  fill(server, 10);
  RedisOptions options = Client::options_for(server);
  options.address.host = "localhost";
  Client client{2, options};
  ASSERT_TRUE(client.comes_up()) << client->reachability().detail;

  options.address.host = "no-such-host.invalid";
  Client lost{1, options};
  EXPECT_TRUE(test::eventually([&] { return !lost->reachability().detail.empty(); }));
  EXPECT_THAT(lost->reachability().detail, HasSubstr("no-such-host.invalid"));
}

TEST(RedisClient, ConnectsThroughAUnixSocket) {
  const test::RedisServer server;
  RedisOptions options = Client::options_for(server);
  options.address = parse_redis_url("unix:" + server.unix_socket().string()).value();
  Client client{1, options};
  EXPECT_TRUE(client.comes_up()) << client->reachability().detail;
}

TEST(RedisClient, SelectsItsDatabase) {
  const test::RedisServer server;
  ASSERT_EQ(
      server.command({"EVAL", "redis.call('SELECT', 3) return redis.call('SET', 'key', 'three')", "0"}).text,
      "OK");
  RedisOptions options = Client::options_for(server);
  options.address.database = 3;
  Client client{1, options};
  ASSERT_TRUE(client.comes_up());
  const Answer answer = client.cores().run(0, client.get("key"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->text, "three");

  options.address.database = 99;
  Client lost{1, options};
  EXPECT_TRUE(test::eventually([&] { return !lost->reachability().detail.empty(); }));
  EXPECT_THAT(lost->reachability().detail, HasSubstr("database"));
}

TEST(RedisClient, LogsInAndSaysWhyItCannotWithoutTheSecret) {
  const test::RedisServer server{
      {"good p@ss",
       "",
       {"--user", "curt", "on", ">user pass", "~curt:*", "&*", "+@all", "-client", "-ping"}}};
  RedisOptions options;
  const auto detail_with = [&](std::string_view user, std::string_view password) {
    options.address.user = user;
    options.address.password = password;
    Client client{1, options};
    EXPECT_TRUE(test::eventually(
        [&] { return client->reachability().up || !client->reachability().detail.empty(); }));
    return client->reachability().detail;
  };
  options.address =
      parse_redis_url(fmt::format("redis://:good%20p%40ss@127.0.0.1:{}", server.port())).value();
  EXPECT_EQ(detail_with("", "good p@ss"), "");
  EXPECT_EQ(detail_with("curt", "user pass"), "") << "a user who may do what is needed and little else";
  EXPECT_THAT(detail_with("", ""), HasSubstr("wants a password"));
  for (const auto user : {"", "curt"}) {
    const std::string detail = detail_with(user, "hunter2");
    EXPECT_THAT(detail, HasSubstr("refused user or password (WRONGPASS)"));
    EXPECT_THAT(detail, Not(HasSubstr("hunter2")));
  }
}

TEST(RedisClient, SpeaksTlsWithAServerThatItTrusts) {
  const test::RedisServer server{{"", "DNS:localhost,IP:127.0.0.1", {}}};
  fill(server, 1000);
  RedisOptions options = Client::options_for(server);
  options.address = parse_redis_url(fmt::format("rediss://localhost:{}", server.tls_port())).value();
  options.ca_file = server.certificate().string();
  Client client{1, options};
  ASSERT_TRUE(client.comes_up()) << client->reachability().detail;
  Gets gets;
  gets.count = 2'000;
  std::vector<std::future<void>> running;
  for (int i = 0; i < 64; ++i) running.push_back(client.cores().spawn(0, gets.run(client)));
  for (auto& one : running) one.get();
  EXPECT_EQ(gets.right, 2'000);
  client.stop();

  options.ca_file.clear();
  Client distrusting{1, options};
  EXPECT_TRUE(test::eventually([&] { return !distrusting->reachability().detail.empty(); }));
  EXPECT_THAT(distrusting->reachability().detail, HasSubstr("TLS failed"));
  EXPECT_FALSE(distrusting->reachability().up);
}

TEST(RedisClient, RefusesATlsServerOfAnotherName) {
  const test::RedisServer server{{"", "DNS:redis.example", {}}};
  RedisOptions options = Client::options_for(server);
  options.address = parse_redis_url(fmt::format("rediss://localhost:{}", server.tls_port())).value();
  options.ca_file = server.certificate().string();
  Client client{1, options};
  EXPECT_TRUE(test::eventually([&] { return !client->reachability().detail.empty(); }));
  EXPECT_THAT(client->reachability().detail, HasSubstr("TLS failed"));
}

TEST(RedisClient, SaysWhichCertificatesItCannotRead) {
  Metrics metrics;
  const SystemClock clock;
  RedisOptions options;
  options.ca_file = "/no/such/file.pem";
  const auto client = RedisClient::make(options, metrics, clock);
  ASSERT_FALSE(client);
  EXPECT_THAT(client.error().detail, HasSubstr("/no/such/file.pem"));
}

}  // namespace
}  // namespace curt::cache
