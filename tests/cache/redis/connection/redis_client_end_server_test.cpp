#include <array>
#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <gmock/gmock.h>

#include "curt/cache/redis/connection/redis_client.hpp"

#include "support/core_threads.hpp"
#include "support/eventually.hpp"
#include "support/metric_value.hpp"
#include "support/patience.hpp"
#include "support/servers/redis_server.hpp"

// How clients end, and how they treat servers that are not Redis.

namespace curt::cache {
namespace {

using net::ip::tcp;
using testing::HasSubstr;

/// Answers whatever it is sent with the same bytes, first these and then those. A real Redis cannot be made
/// to.
class WrongServer {
 public:
  WrongServer(std::string greeting, std::string then)
      : greeting_(std::move(greeting)), then_(std::move(then)) {
    thread_ = std::thread{[this] { serve(); }};
  }
  ~WrongServer() {
    stopping_ = true;
    net::io_context context;
    tcp::socket waker{context};
    boost::system::error_code ignored;
    waker.connect(acceptor_.local_endpoint(), ignored);
    thread_.join();
  }
  WrongServer(const WrongServer&) = delete;
  WrongServer& operator=(const WrongServer&) = delete;

  [[nodiscard]] RedisOptions options() const {
    RedisOptions options;
    options.address.port = acceptor_.local_endpoint().port();
    options.timeout = options.connect_timeout = test::patience();
    options.dead_after = 2 * test::patience();
    return options;
  }

 private:
  void serve() {
    while (!stopping_) {
      boost::system::error_code error;
      tcp::socket socket{context_};
      acceptor_.accept(socket, error);
      if (error || stopping_) continue;
      std::array<char, 1024> buffer{};
      for (const std::string& answer : {greeting_, then_}) {
        socket.read_some(net::buffer(buffer), error);
        if (error) break;
        net::write(socket, net::buffer(answer), error);
      }
    }
  }

  std::string greeting_;
  std::string then_;
  std::atomic<bool> stopping_{false};
  net::io_context context_;
  tcp::acceptor acceptor_{context_, {net::ip::address_v4::loopback(), 0}};
  std::thread thread_;
};

struct Fixture {
  explicit Fixture(const RedisOptions& options, std::size_t cores = 1) : threads(cores) {
    client = *RedisClient::make(options, metrics, clock);
    client->start(threads.executors());
  }
  ~Fixture() {
    client->stop();
    threads.join();
  }
  Fixture(const Fixture&) = delete;
  Fixture& operator=(const Fixture&) = delete;

  awaitable<std::optional<RedisReply>> get() {
    RedisCommand command = make_command(RedisVerb::get, {"GET", "key"});
    std::optional<RedisReply> reply =
        co_await client->ask(std::move(command), Deadline::in(test::patience()));
    co_return reply;
  }

  Metrics metrics;
  SystemClock clock;
  test::CoreThreads threads;
  std::unique_ptr<RedisClient> client;
};

TEST(RedisClientOfAWrongServer, SaysThatItIsNoRedis) {
  for (const std::string& answer :
       {std::string{"HTTP/1.1 400 Bad Request\r\n\r\n"}, std::string{"*0\r\n:1\r\n"}}) {
    const WrongServer server{answer, ""};
    const Fixture fixture{server.options()};
    EXPECT_TRUE(test::eventually([&] { return !fixture.client->reachability().detail.empty(); }));
    EXPECT_THAT(fixture.client->reachability().detail, HasSubstr("no Redis server"));
  }
}

TEST(RedisClientOfAWrongServer, TakesNoAnswerFromRubbish) {
  for (const std::string& rubbish : {std::string{"$-7\r\n"}, std::string{"\0\0\0", 3},
                                     std::string{"*99999999\r\n"}, std::string{"hello\r\n"}}) {
    const WrongServer server{"+OK\r\n+PONG\r\n", rubbish};
    Fixture fixture{server.options()};
    EXPECT_TRUE(test::eventually([&] { return fixture.client->reachability().up; }));
    EXPECT_FALSE(fixture.threads.run(0, fixture.get())) << rubbish;
  }
}

TEST(RedisClientOfAWrongServer, DropsAServerThatSaysMoreThanItWasAsked) {
  const WrongServer server{"+OK\r\n+PONG\r\n", "$1\r\na\r\n$1\r\nb\r\n"};
  Fixture fixture{server.options()};
  EXPECT_TRUE(test::eventually([&] { return fixture.client->reachability().up; }));
  const auto first = fixture.threads.run(0, fixture.get());
  ASSERT_TRUE(first);
  EXPECT_EQ(first->text, "a");
  EXPECT_TRUE(test::eventually([&] {
    return test::metric_value(fixture.metrics, "curt_redis_reconnects_total{client=\"cache\"}") != "0";
  }));
}

TEST(RedisClientStop, AnswersWhatIsInFlightFirst) {
  const test::RedisServer server;
  ASSERT_EQ(server.command({"SET", "key", "value"}).text, "OK");
  Fixture fixture{test::patient_options(server)};
  EXPECT_TRUE(test::eventually([&] { return fixture.client->reachability().up; }));
  std::optional<std::optional<RedisReply>> answer;
  auto asked = fixture.threads.spawn(0, test::keep(fixture.get(), answer));
  EXPECT_TRUE(test::eventually([&] {
    return test::metric_value(fixture.metrics,
                              "curt_redis_commands_total{command=\"get\",result=\"ok\",client=\"cache\"}") ==
               "1" ||
           test::metric_value(fixture.metrics, "curt_redis_in_flight{client=\"cache\"}") == "1";
  }));
  fixture.client->stop();
  asked.get();
  ASSERT_TRUE(*answer);
  EXPECT_EQ((*answer)->text, "value");
  fixture.threads.join();
}

TEST(RedisClientStop, DoesNotWaitForAServerThatHangsOrIsNotThere) {
  const test::RedisServer server;
  RedisOptions options = test::patient_options(server);
  // Waiting for one of these would be noticed.
  options.timeout = options.connect_timeout = options.dead_after = std::chrono::hours{1};
  {
    const Fixture connected{options, 2};
    EXPECT_TRUE(test::eventually([&] { return connected.client->reachability().up; }));
    server.pause();
  }
  {
    const Fixture connecting{options, 2};
  }
  server.resume();
  options.address.host = "no-such-host.invalid";
  {
    const Fixture looking_up{options, 2};
  }
}

/// Holds something while it asks.
awaitable<void> hold(std::shared_ptr<int> held, RedisClient& client) {
  RedisCommand command = make_command(RedisVerb::get, {"GET", "key"});
  const auto reply = co_await client.ask(std::move(command), Deadline::in(test::patience()));
  *held += reply ? 1 : 0;
}

TEST(RedisClientEnd, IsSafeWhereACoreNeverRan) {
  Metrics metrics;
  const SystemClock clock;
  RedisOptions options;
  options.address.port = test::free_port();
  auto client = *RedisClient::make(options, metrics, clock);
  {
    net::io_context never_runs{1};
    const std::vector<Executor> executors{never_runs.get_executor()};
    client->start(executors);
    client->stop();
  }
  EXPECT_FALSE(client->executor_here());
}

TEST(RedisClientEnd, DestroysWhatWaitsWithItsContext) {
  const test::RedisServer server;
  const RedisOptions options = test::patient_options(server);
  Metrics metrics;
  const SystemClock clock;
  const auto held = std::make_shared<int>(0);
  auto client = *RedisClient::make(options, metrics, clock);
  {
    net::io_context context{1};
    const std::vector<Executor> executors{context.get_executor()};
    client->start(executors);
    EXPECT_TRUE(test::eventually([&] {
      context.poll();
      return client->reachability().up;
    }));
    server.pause();
    for (int i = 0; i < 10; ++i) net::co_spawn(context, hold(held, *client), net::detached);
    context.poll();
    EXPECT_EQ(held.use_count(), 11);
  }
  EXPECT_EQ(held.use_count(), 1) << "no coroutine is left";
  EXPECT_EQ(*held, 0);
  server.resume();
}

}  // namespace
}  // namespace curt::cache
