#pragma once

#include <atomic>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "curt/cache/redis/connection/redis_client.hpp"

#include "support/core_threads.hpp"
#include "support/eventually.hpp"
#include "support/metric_value.hpp"
#include "support/servers/redis_server.hpp"

namespace curt::cache {

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
  explicit Client(const test::RedisServer& server, std::size_t cores = 1)
      : Client(cores, options_for(server)) {
    EXPECT_TRUE(comes_up());
  }
  ~Client() { stop(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  /// With time enough for a machine that does other things as well.
  static RedisOptions options_for(const test::RedisServer& server) {
    RedisOptions options;
    options.address = parse_redis_url(server.url()).value();
    options.timeout = std::chrono::seconds{10};
    options.dead_after = std::chrono::seconds{20};
    options.connect_timeout = std::chrono::seconds{10};
    return options;
  }

  [[nodiscard]] bool comes_up() {
    return test::eventually([&] { return client_->reachability().up; });
  }

  awaitable<Answer> get(std::string key, Deadline deadline = Deadline::in(std::chrono::seconds{30})) {
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
inline void fill(const test::RedisServer& server, int count) {
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

}  // namespace curt::cache
