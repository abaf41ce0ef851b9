#include "limits/local_limiter.hpp"

#include <atomic>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace curt::limits {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kSmall = ClientTable::kShards * ClientTable::kRow;

const SteadyTime kThen{hours{1}};

std::vector<Policy> one(std::uint32_t requests, seconds window = seconds{60}) {
  return {Policy{Budget::api, {requests, window}}};
}

Subject client(int number) {
  return Subject::of_client(fmt::format("10.{}.{}.{}", number >> 16, (number >> 8) & 255, number & 255));
}

/// How many of so many requests at once are let in.
int let_in(LocalLimiter& limiter, const Subject& who, const std::vector<Policy>& policies, int requests,
           SteadyTime now) {
  int count = 0;
  for (int i = 0; i < requests; ++i) count += limiter.charge(who, policies, now).allowed ? 1 : 0;
  return count;
}

TEST(LocalLimiter, GivesEachClientItsQuota) {
  LocalLimiter limiter{1};
  EXPECT_EQ(let_in(limiter, client(1), one(10), 50, kThen), 10);
  EXPECT_EQ(let_in(limiter, client(2), one(10), 50, kThen), 10);
  EXPECT_EQ(let_in(limiter, client(1), one(10), 50, kThen + seconds{12}), 2);
  EXPECT_EQ(let_in(limiter, client(1), one(10), 50, kThen + seconds{72}), 10);
}

TEST(LocalLimiter, ChargesAllBudgetsOrNone) {
  LocalLimiter limiter{1};
  const std::vector<Policy> both{{Budget::create, {2, seconds{60}}}, {Budget::api, {5, seconds{60}}}};
  const std::vector<Policy> api{{Budget::api, {5, seconds{60}}}};
  EXPECT_EQ(let_in(limiter, client(1), both, 10, kThen), 2);
  EXPECT_EQ(let_in(limiter, client(1), api, 10, kThen), 3) << "eight refused creates cost the API nothing";
  const Verdict refused = limiter.charge(client(1), both, kThen + seconds{30});
  EXPECT_TRUE(refused.allowed);
  EXPECT_EQ(let_in(limiter, client(2), api, 10, kThen), 5);
  const Verdict other = limiter.charge(client(2), both, kThen);
  EXPECT_FALSE(other.allowed);
  EXPECT_EQ(other.levels[0], Ticks::zero()) << "nothing was charged to create";
}

TEST(LocalLimiter, KeepsClientsThatHaveUsedTheirsUpAmongMoreThanItHasPlacesFor) {
  LocalLimiter limiter{7, kSmall};
  constexpr int kGreedy = 40;
  for (int i = 0; i < kGreedy; ++i) EXPECT_EQ(let_in(limiter, client(i), one(10), 20, kThen), 10);
  for (int i = 1000; i < 21'000; ++i) EXPECT_EQ(let_in(limiter, client(i), one(10), 1, kThen), 1);
  int forgotten = 0;
  for (int i = 0; i < kGreedy; ++i) forgotten += let_in(limiter, client(i), one(10), 1, kThen);
  EXPECT_EQ(forgotten, 0);
  EXPECT_LE(limiter.size(kThen), kSmall);
}

TEST(LocalLimiter, CountsBudgetsThatAreNotWhole) {
  LocalLimiter limiter{1};
  EXPECT_EQ(limiter.size(kThen), 0U);
  (void)let_in(limiter, client(1), one(10), 5, kThen);
  (void)let_in(limiter, client(2), one(10), 1, kThen);
  EXPECT_EQ(limiter.size(kThen), 2U);
  EXPECT_EQ(limiter.size(kThen + seconds{7}), 1U) << "that of the second is whole again";
  EXPECT_EQ(limiter.size(kThen + seconds{60}), 0U);
}

TEST(LocalLimiter, IsExactFromManyThreadsAtOnce) {
  LocalLimiter limiter{1};
  std::atomic<int> total{0};
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] { total += let_in(limiter, client(1), one(1000), 2000, kThen); });
    }
  }
  EXPECT_EQ(total, 1000);
}

TEST(LocalLimiter, TakesWholeRowsOfPlacesOnly) {
  EXPECT_THROW((LocalLimiter{1, kSmall + 1}), std::invalid_argument);
  EXPECT_THROW((LocalLimiter{1, 0}), std::invalid_argument);
}

}  // namespace
}  // namespace curt::limits
