#include "cache/redis/connection/redis_health.hpp"

#include <chrono>
#include <string>

#include <gtest/gtest.h>

#include "support/manual_clock.hpp"
#include "support/metric_value.hpp"

namespace curt::cache {
namespace {

using namespace std::chrono_literals;

/// A server that has answered once, and should within 50 ms.
class RedisHealthTest : public testing::Test {
 protected:
  void SetUp() override { health_.answered(1ms); }

  /// So many failures, each as long after the other.
  void fail(int times, std::chrono::milliseconds apart) {
    for (int i = 0; i < times; ++i) {
      health_.failed("the connection broke");
      clock_.advance(apart);
    }
  }

  test::ManualClock clock_{Timestamp{1s}};
  Metrics metrics_;
  RedisHealth health_{"redis", 50ms, clock_, metrics_};
};

TEST_F(RedisHealthTest, IsUpFromTheFirstAnswerOn) {
  EXPECT_TRUE(health_.state().up);
  EXPECT_FALSE(health_.is_left_alone());
  EXPECT_EQ(test::metric_value(metrics_, R"(curt_circuit_breaker_open{dependency="redis"})"), "0");
}

TEST_F(RedisHealthTest, LeavesTheServerAloneAfterThreeFailures) {
  fail(2, 20ms);
  EXPECT_FALSE(health_.is_left_alone());
  EXPECT_TRUE(health_.state().up);
  fail(1, 20ms);
  EXPECT_TRUE(health_.is_left_alone());
  EXPECT_FALSE(health_.lets_through());
  EXPECT_EQ(health_.state().detail, "the connection broke");
}

TEST_F(RedisHealthTest, TakesWhatBreaksAllConnectionsAtOnceForOneFailure) {
  fail(100, 0ms);
  EXPECT_FALSE(health_.is_left_alone());
  health_.answered(1ms);
  fail(100, 0ms);
  EXPECT_FALSE(health_.is_left_alone());
}

TEST_F(RedisHealthTest, TakesWhatIsOverdueWithinOneTimeoutForOneFailure) {
  // The server stands still for 100 ms, and is asked every 10 ms.
  for (int i = 0; i < 6; ++i) {
    health_.overdue();
    clock_.advance(10ms);
  }
  EXPECT_FALSE(health_.is_left_alone());
  health_.overdue();
  clock_.advance(50ms);
  health_.overdue();
  EXPECT_TRUE(health_.is_left_alone());
}

TEST_F(RedisHealthTest, TakesNoAnswerThatCameTooLateForASuccess) {
  for (int i = 0; i < 3; ++i) {
    health_.overdue();
    clock_.advance(50ms);
    health_.answered(51ms);
  }
  EXPECT_TRUE(health_.is_left_alone());
  EXPECT_EQ(health_.state().detail, "no answer within 50 ms");
}

TEST_F(RedisHealthTest, TakesAServerForGoneThatCannotBeConnectedTo) {
  for (int i = 0; i < 3; ++i) {
    health_.refused("connection refused");
    clock_.advance(20ms);
  }
  EXPECT_TRUE(health_.is_left_alone());
  EXPECT_EQ(health_.refusals(), 3U);
}

TEST_F(RedisHealthTest, TakesNoServerForGoneThatOnlyRefusesMoreConnections) {
  health_.opened();
  for (int i = 0; i < 5; ++i) {
    health_.refused("the server is not ready (ERR)");
    clock_.advance(20ms);
  }
  EXPECT_FALSE(health_.is_left_alone());
  EXPECT_EQ(health_.refusals(), 5U);
  health_.closed();
  for (int i = 0; i < 3; ++i) {
    health_.refused("connection refused");
    clock_.advance(20ms);
  }
  EXPECT_TRUE(health_.is_left_alone()) << "no connection is left";
}

TEST_F(RedisHealthTest, AsksTheServerAgainOnlyAfterAProbeThatWasAnsweredInTime) {
  fail(3, 20ms);
  EXPECT_FALSE(health_.begin_probe());
  clock_.advance(500ms);
  EXPECT_TRUE(health_.begin_probe());
  health_.probed(200ms);
  EXPECT_TRUE(health_.is_left_alone()) << "it is too slow still";
  health_.answered(1ms);
  EXPECT_TRUE(health_.is_left_alone()) << "that was asked before";
  clock_.advance(500ms);
  EXPECT_TRUE(health_.begin_probe());
  health_.probed(50ms);
  EXPECT_FALSE(health_.is_left_alone());
  EXPECT_TRUE(health_.state().up);
}

TEST_F(RedisHealthTest, LeavesAServerAloneThatLetsSomethingWaitForTwoSeconds) {
  for (int i = 0; i < 20; ++i) {
    health_.watch(true);
    clock_.advance(100ms);
  }
  EXPECT_FALSE(health_.is_left_alone());
  health_.watch(true);
  EXPECT_TRUE(health_.is_left_alone());
}

}  // namespace
}  // namespace curt::cache
