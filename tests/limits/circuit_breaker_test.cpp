#include "curt/limits/circuit_breaker.hpp"

#include <chrono>

#include <gtest/gtest.h>

#include "support/captured_log.hpp"
#include "support/manual_clock.hpp"
#include "support/metric_value.hpp"

namespace curt::limits {
namespace {

using namespace std::chrono_literals;

class Breaker : public ::testing::Test {
 protected:
  void fail(int times) {
    for (int i = 0; i < times; ++i) breaker_.failed("connection refused");
  }

  /// Lets so much time pass in which something waits, as a watchdog sees it.
  void wait(std::chrono::milliseconds time) {
    for (; time > 0ms; time -= 50ms) {
      breaker_.watch(true);
      clock_.advance(50ms);
    }
    breaker_.watch(true);
  }

  test::ManualClock clock_{Timestamp{1s}};
  Metrics metrics_;
  Reachability reachability_{"redis", clock_, metrics_};
  CircuitBreaker breaker_{"redis", reachability_, clock_, metrics_};
};

TEST_F(Breaker, LetsEverythingThroughAtFirst) {
  EXPECT_FALSE(breaker_.is_open());
  EXPECT_TRUE(breaker_.lets_through());
  EXPECT_FALSE(breaker_.begin_probe());
}

TEST_F(Breaker, OpensAtTheThirdFailureInARow) {
  fail(2);
  EXPECT_FALSE(breaker_.is_open());
  fail(1);
  EXPECT_TRUE(breaker_.is_open());
  EXPECT_FALSE(breaker_.lets_through());
  EXPECT_EQ(reachability_.state().detail, "connection refused");
  EXPECT_EQ(test::metric_value(metrics_, R"(curt_circuit_breaker_open{dependency="redis"})"), "1");
  EXPECT_EQ(test::metric_value(metrics_, R"(curt_circuit_breaker_opened_total{dependency="redis"})"), "1");
  EXPECT_EQ(test::metric_value(metrics_, R"(curt_circuit_breaker_refused_total{dependency="redis"})"), "1");
}

TEST_F(Breaker, BeginsToCountAgainWithEachAnswer) {
  for (int i = 0; i < 10; ++i) {
    fail(2);
    breaker_.answered(1ms);
  }
  EXPECT_FALSE(breaker_.is_open());
}

TEST_F(Breaker, OpensWhenSomethingWaitedForTwoSecondsWithoutAnAnswer) {
  wait(1950ms);
  EXPECT_FALSE(breaker_.is_open());
  wait(50ms);
  EXPECT_TRUE(breaker_.is_open());
  EXPECT_EQ(reachability_.state().detail, "no answer for 2000 ms");
}

TEST_F(Breaker, StaysClosedWhileAnswersCome) {
  for (int i = 0; i < 5; ++i) {
    wait(1900ms);
    breaker_.answered(1900ms);
  }
  EXPECT_FALSE(breaker_.is_open());
}

TEST_F(Breaker, DoesNotCountTheTimeInWhichNothingWaited) {
  for (int i = 0; i < 5; ++i) {
    wait(1500ms);
    breaker_.watch(false);
    clock_.advance(1h);
  }
  EXPECT_FALSE(breaker_.is_open());
}

TEST_F(Breaker, KeepsItsFailuresWhileNothingWaits) {
  fail(2);
  breaker_.watch(false);
  fail(1);
  EXPECT_TRUE(breaker_.is_open());
}

TEST_F(Breaker, HasOneProbeEachHalfSecondWhileItIsOpen) {
  fail(3);
  EXPECT_FALSE(breaker_.begin_probe());
  clock_.advance(500ms);
  EXPECT_TRUE(breaker_.begin_probe());
  EXPECT_FALSE(breaker_.begin_probe());
  breaker_.failed("connection refused");
  clock_.advance(499ms);
  EXPECT_FALSE(breaker_.begin_probe());
  clock_.advance(1ms);
  EXPECT_TRUE(breaker_.begin_probe());
  EXPECT_TRUE(breaker_.is_open());
}

TEST_F(Breaker, ClosesWithTheFirstAnswer) {
  fail(3);
  breaker_.answered(1ms);
  EXPECT_FALSE(breaker_.is_open());
  EXPECT_TRUE(reachability_.state().up);
  fail(2);
  EXPECT_FALSE(breaker_.is_open());
}

TEST_F(Breaker, TellsOfTheFirstAnswerAndOfOneBetweenTwoLooks) {
  breaker_.answered(5ms);
  EXPECT_TRUE(reachability_.state().up);
  EXPECT_EQ(reachability_.state().latency, 5ms);
  breaker_.answered(6ms);
  EXPECT_EQ(reachability_.state().latency, 5ms);
  breaker_.watch(false);
  breaker_.answered(7ms);
  EXPECT_EQ(reachability_.state().latency, 7ms);
}

TEST_F(Breaker, StaysOpenWhenAnAnswerToAnEarlierQuestionComes) {
  fail(2);
  breaker_.answered_late(1ms);
  fail(2);
  EXPECT_FALSE(breaker_.is_open()) << "it was an answer between the failures";
  fail(1);
  breaker_.answered_late(1ms);
  EXPECT_TRUE(breaker_.is_open());
  EXPECT_FALSE(reachability_.state().up);
}

TEST_F(Breaker, IsOneLineWhenItOpensAndOneWhenItCloses) {
  breaker_.answered(1ms);
  const test::CapturedLog log;
  fail(9);
  wait(5s);
  breaker_.answered(1ms);
  EXPECT_EQ(log.events("dependency is down").size(), 1U);
  EXPECT_EQ(log.events("dependency is back").size(), 1U);
}

}  // namespace
}  // namespace curt::limits
