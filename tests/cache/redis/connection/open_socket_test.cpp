#include "cache/redis/connection/open_socket.hpp"

#include <array>
#include <atomic>
#include <future>
#include <memory>
#include <thread>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include "curt/base/metrics.hpp"
#include "curt/cache/redis/connection/redis_client.hpp"

#include "support/patience.hpp"

namespace curt::cache {
namespace {

TEST(OpenSocket, KeepsNoCoreWaitingForTheAddress) {
  net::io_context core{1};
  const auto guard = net::make_work_guard(core);
  std::promise<void> asked;
  std::promise<void> answered;
  RedisOptions options;
  options.connect_timeout = test::patience();
  options.address_now = [&, answer = answered.get_future().share(),
                         times = std::make_shared<std::atomic<int>>()] {
    if (times->fetch_add(1) == 0) asked.set_value();
    answer.wait();
    RedisAddress nowhere;
    nowhere.path = "/nowhere/redis.sock";
    return nowhere;
  };
  Metrics metrics;
  const SystemClock clock;
  const auto client = RedisClient::make(std::move(options), metrics, clock);
  ASSERT_TRUE(client);
  const std::array executors{Executor{core.get_executor()}};
  (*client)->start(executors);
  std::thread thread{[&core] { core.run(); }};

  asked.get_future().wait();
  std::promise<void> worked;
  net::post(core, [&worked] { worked.set_value(); });
  EXPECT_EQ(worked.get_future().wait_for(test::patience()), std::future_status::ready)
      << "the core waits for the file";
  answered.set_value();
  (*client)->stop();
  net::post(core, [&core] { core.stop(); });
  thread.join();
}

}  // namespace
}  // namespace curt::cache
