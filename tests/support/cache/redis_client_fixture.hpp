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
#include "support/patience.hpp"
#include "support/servers/redis_server.hpp"

namespace curt::cache {

using Answer = std::optional<RedisReply>;

/// Cores and a client that is started on them.
class Client {
 public:
  /// `clock` instead of the real one, if it is not null.
  Client(std::size_t cores, RedisOptions options, const Clock* clock = nullptr) : cores_(cores) {
    auto made = RedisClient::make(std::move(options), metrics_, clock != nullptr ? *clock : clock_);
    client_ = std::move(*made);
    const std::vector<Executor> executors = cores_.executors();
    client_->start(executors);
  }
  explicit Client(const test::RedisServer& server, std::size_t cores = 1)
      : Client(cores, test::patient_options(server)) {
    EXPECT_TRUE(comes_up());
  }
  ~Client() { stop(); }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  [[nodiscard]] bool comes_up() {
    return test::eventually([&] { return client_->reachability().up; });
  }

  awaitable<Answer> get(std::string key, Deadline deadline = Deadline::in(test::patience())) {
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

/// Gets keys until `count` are asked for; counts what came back.
struct Gets {
  std::atomic<int> next{0};
  std::atomic<int> right{0};
  std::atomic<int> wrong{0};
  std::atomic<int> none{0};
  int count = 0;

  /// Has the client's cores get `gets` keys, many at once, and waits for all.
  void run_many(Client& client, std::size_t cores, int gets) {
    count = gets;
    for (std::future<void>& one : start_many(client, cores)) one.get();
  }

  /// Starts many coroutines that get keys.
  std::vector<std::future<void>> start_many(Client& client, std::size_t cores) {
    constexpr std::size_t kAtOnce = 64;
    std::vector<std::future<void>> running;
    for (std::size_t i = 0; i < kAtOnce; ++i) running.push_back(client.cores().spawn(i % cores, run(client)));
    return running;
  }

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
