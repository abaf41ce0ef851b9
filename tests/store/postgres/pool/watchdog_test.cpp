#include "store/postgres/pool/watchdog.hpp"

#include <atomic>
#include <chrono>

#include <gtest/gtest.h>

#include "support/eventually.hpp"

namespace curt::store::postgres {
namespace {

using test::eventually;

class CountingWatched final : public Watchdog::Watched {
 public:
  bool is_waited_for() override { return waited_for; }
  void look_after() override { ++looks; }

  std::atomic<bool> waited_for{false};
  std::atomic<int> looks{0};
};

class WatchdogTest : public testing::Test {
 protected:
  SystemClock clock_;
  Metrics metrics_;
  Reachability reachability_{"postgres", clock_, metrics_};
  limits::CircuitBreaker breaker_{"postgres", reachability_, clock_, metrics_};
  Liveness liveness_{breaker_};
  Watchdog watchdog_{liveness_};
};

TEST_F(WatchdogTest, LooksAfterAllUntilTheyAreForgotten) {
  CountingWatched one;
  CountingWatched other;
  watchdog_.watch(one);
  watchdog_.watch(other);
  EXPECT_TRUE(eventually([&] { return one.looks > 1 && other.looks > 1; }));
  watchdog_.forget(one);
  const int looks = one.looks;
  const int others = other.looks;
  EXPECT_TRUE(eventually([&] { return other.looks > others + 1; }));
  EXPECT_EQ(one.looks, looks);
  watchdog_.forget(other);
}

TEST_F(WatchdogTest, OpensTheBreakerWhereOneOfThemWaitsForLongAndNothingIsAnswered) {
  CountingWatched one;
  CountingWatched idle;
  one.waited_for = true;
  watchdog_.watch(one);
  watchdog_.watch(idle);
  EXPECT_TRUE(eventually([&] { return breaker_.is_open(); }));
  EXPECT_GT(idle.looks, 0);
  watchdog_.forget(one);
  watchdog_.forget(idle);
}

}  // namespace
}  // namespace curt::store::postgres
