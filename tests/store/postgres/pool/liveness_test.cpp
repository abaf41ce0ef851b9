#include "store/postgres/pool/liveness.hpp"

#include <chrono>
#include <vector>

#include <gtest/gtest.h>

#include "support/manual_clock.hpp"

namespace curt::store::postgres {
namespace {

using namespace std::chrono_literals;

class LivenessTest : public testing::Test {
 protected:
  using Clock = Liveness::Clock;

  /// Moments in their order.
  [[nodiscard]] static Clock::time_point now() {
    const auto moment = Clock::now();
    while (Clock::now() == moment) {
    }
    return moment;
  }

  /// Makes three statements overdue, one after the other.
  void open_breaker() {
    for (int i = 0; i < 3; ++i) liveness_.overdue(now());
    ASSERT_TRUE(liveness_.is_open());
  }

  test::ManualClock clock_{Timestamp{1s}};
  Metrics metrics_;
  Reachability reachability_{"postgres", clock_, metrics_};
  limits::CircuitBreaker breaker_{"postgres", reachability_, clock_, metrics_};
  Liveness liveness_{breaker_};
};

TEST_F(LivenessTest, ConnectionsThatBreakTogetherAreOneFailure) {
  const auto sent = now();
  for (int i = 0; i < 8; ++i) liveness_.lost(sent, "server closed the connection");
  EXPECT_FALSE(liveness_.is_open());
  EXPECT_TRUE(liveness_.cannot_connect(now(), "connection refused"));
  EXPECT_FALSE(liveness_.is_open());
  EXPECT_TRUE(liveness_.cannot_connect(now(), "connection refused"));
  EXPECT_TRUE(liveness_.is_open());
  EXPECT_EQ(reachability_.state().detail, "connection refused");
}

TEST_F(LivenessTest, AttemptsThatOverlapWithoutEndAreCountedAllTheSame) {
  // Each begins before the one before it fails, as those of two pools do.
  auto first = now();
  for (int i = 0; i < 2; ++i) {
    const auto second = now();
    EXPECT_TRUE(liveness_.cannot_connect(first, "timeout expired"));
    const auto third = now();
    EXPECT_TRUE(liveness_.cannot_connect(second, "timeout expired"));
    EXPECT_FALSE(liveness_.is_open());
    first = third;
  }
  EXPECT_TRUE(liveness_.cannot_connect(first, "timeout expired"));
  EXPECT_TRUE(liveness_.is_open()) << "every second one is counted";
}

TEST_F(LivenessTest, WhatIsOverdueIsAFailureWhereNothingElseWasAnswered) {
  liveness_.overdue(now());
  liveness_.overdue(now());
  EXPECT_FALSE(liveness_.is_open());
  liveness_.overdue(now());
  EXPECT_TRUE(liveness_.is_open());
}

TEST_F(LivenessTest, StatementsThatOneStallMakesLateAreOneFailure) {
  std::vector<Clock::time_point> sent;
  for (int i = 0; i < 9; ++i) sent.push_back(now());
  for (const auto moment : sent) liveness_.overdue(moment);
  EXPECT_FALSE(liveness_.is_open());
}

TEST_F(LivenessTest, WhatIsOverdueMayBeSlowWhereSomethingElseWasAnswered) {
  const auto sent = now();
  liveness_.answered(now());
  for (int i = 0; i < 9; ++i) liveness_.overdue(sent);
  EXPECT_FALSE(liveness_.is_open());
}

TEST_F(LivenessTest, AServerThatHasNoRoomForMoreConnectionsIsNotDown) {
  liveness_.connected(1ms);
  for (int i = 0; i < 9; ++i) {
    EXPECT_FALSE(liveness_.cannot_connect(now(), "FATAL: sorry, too many clients already"));
  }
  EXPECT_FALSE(liveness_.is_open());
  liveness_.disconnected();
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(liveness_.cannot_connect(now(), "FATAL: sorry, too many clients already"));
  }
  EXPECT_TRUE(liveness_.is_open());
}

TEST_F(LivenessTest, ConnectionsThatAreIdleDoNotHideThatNoneCanBeMade) {
  liveness_.connected(1ms);
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(liveness_.is_open());
    EXPECT_TRUE(liveness_.cannot_connect(now(), "timeout expired"));
  }
  EXPECT_TRUE(liveness_.is_open());
}

TEST_F(LivenessTest, AConnectionThatCannotBeMadeIsNoOutageWhereOthersAreAnsweredMeanwhile) {
  liveness_.connected(1ms);
  for (int i = 0; i < 9; ++i) {
    const auto begun = now();
    liveness_.answered(now());
    EXPECT_FALSE(liveness_.cannot_connect(begun, "server closed the connection unexpectedly"));
  }
  EXPECT_FALSE(liveness_.is_open());
}

TEST_F(LivenessTest, AnOpenBreakerIsClosedByAConnectionAndNotByALateAnswer) {
  const auto sent = now();
  open_breaker();
  liveness_.answered(sent);
  EXPECT_TRUE(liveness_.is_open());
  liveness_.connected(1ms);
  EXPECT_FALSE(liveness_.is_open());
  EXPECT_TRUE(reachability_.state().up);
}

TEST_F(LivenessTest, ProbesNothingWhileNothingWaits) {
  liveness_.watch(false);
  EXPECT_FALSE(liveness_.begin_probe());
  liveness_.watch(true);
  EXPECT_FALSE(liveness_.begin_probe()) << "it has just begun to wait";
}

TEST_F(LivenessTest, ProbesAnOpenBreaker) {
  open_breaker();
  EXPECT_FALSE(liveness_.begin_probe());
  clock_.advance(limits::CircuitBreaker::kProbeInterval);
  EXPECT_TRUE(liveness_.begin_probe());
  EXPECT_FALSE(liveness_.begin_probe());
}

}  // namespace
}  // namespace curt::store::postgres
