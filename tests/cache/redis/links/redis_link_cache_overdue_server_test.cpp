#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "support/cache/redis_link_cache_fixture.hpp"
#include "support/captured_log.hpp"
#include "support/manual_clock.hpp"

// A server that hangs is left alone as soon as three commands have had no answer in time, whatever they are.

namespace curt::cache {
namespace {

using testing::ElementsAre;

/// An instance whose server hangs, by a clock that the test steers: the silence of the server takes no time.
class RedisLinkCacheOverdue : public testing::Test {
 protected:
  static constexpr std::chrono::milliseconds kTimeout{300};

  void SetUp() override {
    instance_.wait_for_connections();
    server_.pause();
  }

  [[nodiscard]] bool is_left_alone() const {
    return instance_.value(R"(curt_circuit_breaker_open{dependency="redis"})") == 1;
  }

  /// Has it wait for answers, for less time together than a silence may take.
  void expect_left_alone_after(const std::function<void()>& ask) {
    for (int i = 0; i < 6 && !is_left_alone(); ++i) {
      clock_.advance(kTimeout);
      ask();
    }
    EXPECT_TRUE(is_left_alone());
    instance_.stop();
    EXPECT_THAT(log_.lines({"dependency is down"}),
                ElementsAre("dependency is down: no answer within 300 ms"));
  }

  test::CapturedLog log_;
  test::ManualClock clock_{kNow};
  RedisServer server_;
  Instance instance_{options(), {}, &clock_};

 private:
  [[nodiscard]] RedisOptions options() const {
    RedisOptions options = test::patient_options(server_);
    options.timeout = kTimeout;
    options.dead_after = 10 * test::patience();
    return options;
  }
};

TEST_F(RedisLinkCacheOverdue, CountsLookups) {
  expect_left_alone_after([&] { EXPECT_FALSE(instance_.find("abc")); });
}

TEST_F(RedisLinkCacheOverdue, CountsFills) {
  const auto failed = [&] { return instance_.value("curt_redis_fills_total{result=\"failed\"}"); };
  expect_left_alone_after([&] {
    const int before = failed();
    instance_.cache->fill(code_of("abc"), found(1));
    EXPECT_TRUE(test::eventually([&] { return failed() > before; }));
  });
}

TEST_F(RedisLinkCacheOverdue, CountsAnnouncements) {
  expect_left_alone_after([&] { EXPECT_FALSE(instance_.announce("abc", found(1))); });
}

TEST_F(RedisLinkCacheOverdue, CountsWhatIsAskedOfAllConnections) {
  expect_left_alone_after(
      [&] { EXPECT_EQ(instance_.identity().kind, links::SharedIdentity::Kind::out_of_reach); });
}

}  // namespace
}  // namespace curt::cache
