#include "curt/base/deadline.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace curt {
namespace {

using Clock = Deadline::clock;
using std::chrono::hours;

TEST(Deadline, KeepsItsMoment) {
  const Clock::time_point at = Clock::now() + hours{3};
  EXPECT_EQ(Deadline{at}.at(), at);
}

TEST(Deadline, LiesAheadByTheTimeThatIsGiven) {
  const Clock::time_point before = Clock::now();
  const Deadline deadline = Deadline::in(hours{1});
  const Clock::time_point after = Clock::now();
  EXPECT_GE(deadline.at(), before + hours{1});
  EXPECT_LE(deadline.at(), after + hours{1});
}

TEST(Deadline, HasNotPassedWhileTimeRemains) {
  const Deadline deadline = Deadline::in(hours{1});
  EXPECT_FALSE(deadline.passed());
  EXPECT_GT(deadline.remaining(), Clock::duration::zero());
  EXPECT_LE(deadline.remaining(), hours{1});
}

TEST(Deadline, HasPassedAtItsVeryMoment) { EXPECT_TRUE(Deadline{Clock::now()}.passed()); }

TEST(Deadline, LeavesNoNegativeTime) {
  const Deadline deadline{Clock::now() - hours{1}};
  EXPECT_TRUE(deadline.passed());
  EXPECT_EQ(deadline.remaining(), Clock::duration::zero());
}

}  // namespace
}  // namespace curt
