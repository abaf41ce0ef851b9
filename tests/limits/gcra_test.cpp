#include "curt/limits/gcra.hpp"

#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace curt::limits {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// One budget, from whole on.
class Bucket {
 public:
  explicit Bucket(const Quota& quota) : rate(rate_of(quota)) {}

  bool take(Ticks now) {
    const Ticks level = level_of(rate, arrival, now);
    if (!takes_one(rate, level)) return false;
    arrival = now + level + rate.interval;
    return true;
  }

  Rate rate;
  Ticks arrival{};
};

const std::vector<Quota>& quotas() {
  static const std::vector<Quota> all{{1, seconds{1}},       {7, seconds{1}},      {60, seconds{60}},
                                      {1000, seconds{3600}}, {3, seconds{86'400}}, {999, seconds{7}},
                                      {100'000, seconds{1}}, {99'999, seconds{1}}, {1'000'000, hours{24}}};
  return all;
}

TEST(Gcra, LetsTheWholeQuotaInAtOnceAndNotOneMore) {
  for (const Quota& quota : quotas()) {
    Bucket bucket{quota};
    const Ticks now = hours{1};
    std::uint32_t let_in = 0;
    while (let_in <= quota.requests && bucket.take(now)) ++let_in;
    EXPECT_EQ(let_in, quota.requests) << to_string(quota);
  }
}

TEST(Gcra, IsWholeAgainAfterTheWindow) {
  for (const Quota& quota : quotas()) {
    Bucket bucket{quota};
    const Ticks now = hours{1};
    while (bucket.take(now)) {
    }
    // Each interval is rounded up to a tick.
    const Ticks whole = now + quota.window + Ticks{quota.requests};
    EXPECT_EQ(level_of(bucket.rate, bucket.arrival, whole), Ticks::zero()) << to_string(quota);
    std::uint32_t let_in = 0;
    while (let_in <= quota.requests && bucket.take(whole)) ++let_in;
    EXPECT_EQ(let_in, quota.requests) << to_string(quota);
  }
}

TEST(Gcra, NeverLetsInMoreThanTheQuotaAndItsRateInAnyTime) {
  for (const Quota& quota : {Quota{5, seconds{1}}, Quota{60, seconds{60}}, Quota{7, seconds{3}}}) {
    std::mt19937_64 random{quota.requests};
    Bucket bucket{quota};
    std::vector<Ticks> let_in;
    Ticks now = hours{1};
    for (int i = 0; i < 3000; ++i) {
      // Bursts, and pauses of up to a few windows.
      const bool pauses = random() % 50 == 0;
      const Ticks longest = pauses ? Ticks{quota.window} * 2 : bucket.rate.interval;
      now += Ticks{static_cast<Ticks::rep>(random() % static_cast<std::uint64_t>(longest.count()))};
      if (bucket.take(now)) let_in.push_back(now);
    }
    ASSERT_GT(let_in.size(), quota.requests * 2);
    for (std::size_t first = 0; first < let_in.size(); ++first) {
      for (std::size_t last = first; last < let_in.size(); ++last) {
        const auto most = quota.requests + (let_in[last] - let_in[first]) / bucket.rate.interval;
        ASSERT_LE(static_cast<Ticks::rep>(last - first + 1), most) << to_string(quota);
      }
    }
  }
}

TEST(Gcra, LetsInExactlyTheQuotaAndItsRateWhereSomebodyAlwaysAsks) {
  for (const Quota& quota : {Quota{5, seconds{1}}, Quota{60, seconds{60}}, Quota{7, seconds{3}}}) {
    Bucket bucket{quota};
    const Ticks begin = hours{1};
    Ticks::rep let_in = 0;
    for (int step = 0; step <= 40'000; ++step) {
      const Ticks now = begin + step * Ticks{milliseconds{1}};
      while (bucket.take(now)) ++let_in;
      // A request is asked for each millisecond, and each that is let in late moves the next ones on.
      const auto most = quota.requests + (now - begin) / bucket.rate.interval;
      ASSERT_LE(let_in, most) << to_string(quota) << " after " << step << " ms";
      ASSERT_GE(let_in, most - 1) << to_string(quota) << " after " << step << " ms";
    }
  }
}

TEST(Gcra, IsNeverOffByMoreThanAHundredth) {
  for (const Quota& quota : quotas()) {
    const Rate rate = rate_of(quota);
    const double window = static_cast<double>(Ticks{quota.window}.count());
    EXPECT_GE(static_cast<double>(rate.limit.count()), window) << to_string(quota);
    EXPECT_LE(static_cast<double>(rate.limit.count()), window * 1.01) << to_string(quota);
  }
}

TEST(Gcra, TellsWhatIsLeftAndWhenThereIsMore) {
  const Policy policy{Budget::create, {4, seconds{60}}};  // one in 15 s
  const auto state = [&](Ticks level) { return state_of(policy, {true, {level}}, level); };
  EXPECT_EQ(state(Ticks::zero()).remaining, 4U);
  EXPECT_EQ(state(Ticks::zero()).next, Ticks::zero());
  EXPECT_EQ(state(seconds{15}).remaining, 3U);
  EXPECT_EQ(state(seconds{15}).next, seconds{15});
  EXPECT_EQ(state(seconds{20}).remaining, 2U);
  EXPECT_EQ(state(seconds{20}).next, seconds{5});
  EXPECT_EQ(state(seconds{60}).remaining, 0U);
  EXPECT_EQ(state(seconds{60}).next, seconds{15});

  const BudgetState refused = state_of(policy, {false, {}}, Ticks{seconds{50}});
  EXPECT_FALSE(refused.allowed);
  EXPECT_EQ(refused.next, seconds{5});
  EXPECT_TRUE(state_of(policy, {false, {}}, Ticks{seconds{45}}).allowed) << "another budget refuses";
}

TEST(Gcra, RoundsSecondsUp) {
  EXPECT_EQ(seconds_until(Ticks::zero()), 0);
  EXPECT_EQ(seconds_until(Ticks{1}), 1);
  EXPECT_EQ(seconds_until(seconds{12}), 12);
  EXPECT_EQ(seconds_until(Ticks{seconds{12}} + Ticks{1}), 13);
}

TEST(Gcra, TakesATimeThatLiesTooFarAheadForAUsedUpBudget) {
  const Rate rate = rate_of({4, seconds{60}});
  EXPECT_EQ(level_of(rate, hours{100}, hours{1}), rate.limit) << "its clock went back";
  EXPECT_EQ(level_of(rate, hours{1}, hours{100}), Ticks::zero());
}

}  // namespace
}  // namespace curt::limits
