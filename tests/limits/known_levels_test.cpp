#include "limits/known_levels.hpp"

#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace curt::limits {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

/// Of one client: ten in a minute, one in 6 s.
class KnownLevelsTest : public testing::Test {
 protected:
  KnownLevels::Entry enter() { return known_.enter(policy_, who_, now_); }
  bool lets_in() { return enter().refused_for == Ticks::zero(); }
  /// A request that is let in and charged at once.
  void charge(int times = 1) {
    for (int i = 0; i < times; ++i) {
      const KnownLevels::Entry entry = enter();
      ASSERT_EQ(entry.refused_for, Ticks::zero());
      known_.charge(policy_, who_, entry.epoch, now_);
    }
  }

  const Policy policy_{Budget::not_found, {10, seconds{60}}};
  const Subject who_ = Subject::of_client("192.0.2.1");
  KnownLevels known_{1};
  SteadyTime now_{hours{1}};
};

TEST_F(KnownLevelsTest, LetInWhoeverIsNotKnown) {
  EXPECT_TRUE(lets_in());
  EXPECT_EQ(known_.size(now_), 0U) << "who costs nothing takes no place";
}

TEST_F(KnownLevelsTest, RefuseOnceAllIsUsedUpUntilOneMoreIsAllowed) {
  charge(10);
  EXPECT_EQ(enter().refused_for, seconds{6});
  now_ += seconds{4};
  EXPECT_EQ(enter().refused_for, seconds{2});
  now_ += seconds{2};
  EXPECT_TRUE(lets_in());
  EXPECT_EQ(known_.size(now_), 1U);
}

TEST_F(KnownLevelsTest, LetRequestsInOneByOneOnceMostIsUsedUp) {
  charge(10);
  now_ += seconds{6};
  const KnownLevels::Entry first = enter();
  EXPECT_EQ(first.refused_for, Ticks::zero());
  EXPECT_NE(first.epoch, KnownLevels::kNotCounted);
  EXPECT_FALSE(lets_in()) << "the first may be charged yet";
  known_.charge(policy_, who_, first.epoch, now_);
  EXPECT_FALSE(lets_in());
  now_ += seconds{6};
  const KnownLevels::Entry second = enter();
  EXPECT_EQ(second.refused_for, Ticks::zero());
  known_.spare(policy_, who_, second.epoch);
  EXPECT_TRUE(lets_in()) << "it cost nothing";
}

TEST_F(KnownLevelsTest, RefuseNobodyWhoseRequestsUnderWayAreWithinTheQuota) {
  charge(4);
  for (int i = 0; i < 6; ++i) EXPECT_TRUE(lets_in());
}

TEST_F(KnownLevelsTest, CountWhatIsUnderWayHoweverLittleIsUsedUp) {
  std::vector<KnownLevels::Epoch> under_way;
  for (int i = 0; i < 10; ++i) under_way.push_back(enter().epoch);
  EXPECT_EQ(enter().refused_for, seconds{1}) << "what is under way ends soon, whatever it costs";
  for (const auto epoch : under_way) known_.charge(policy_, who_, epoch, now_);
  EXPECT_EQ(enter().refused_for, seconds{6});
  now_ += seconds{30};
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(lets_in());
  EXPECT_FALSE(lets_in()) << "half a window gives back half the quota";
}

TEST_F(KnownLevelsTest, ForgetRequestsUnderWayThatNeverEnd) {
  charge(9);
  EXPECT_TRUE(lets_in());
  now_ += seconds{60};
  for (int i = 0; i < 9; ++i) EXPECT_TRUE(lets_in());
  EXPECT_FALSE(lets_in()) << "the first has not ended";
  now_ += KnownLevels::kLongestRequest;
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(lets_in()) << "none is waited for any more";
}

TEST_F(KnownLevelsTest, TakeTheEndOfAForgottenRequestFromNoOther) {
  const KnownLevels::Entry forgotten = enter();
  now_ += KnownLevels::kLongestRequest + seconds{1};
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(lets_in());
  known_.spare(policy_, who_, forgotten.epoch);
  EXPECT_FALSE(lets_in()) << "ten are under way still";
}

TEST_F(KnownLevelsTest, CountARequestThatCameBeforeThoseUnderWay) {
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(lets_in());
  now_ -= seconds{1};
  EXPECT_FALSE(lets_in());
}

TEST_F(KnownLevelsTest, LearnWhatOthersCharged) {
  known_.learn(policy_, who_, Ticks{seconds{60}}, now_);
  EXPECT_EQ(enter().refused_for, seconds{6});
  known_.learn(policy_, who_, Ticks{seconds{12}}, now_);
  EXPECT_EQ(enter().refused_for, seconds{6}) << "an older answer came later";
  EXPECT_TRUE(known_.enter(policy_, Subject::of_client("192.0.2.2"), now_).refused_for == Ticks::zero());
}

TEST_F(KnownLevelsTest, LetABudgetOweAsMuchAsAQuota) {
  for (int i = 0; i < 13; ++i) known_.charge(policy_, who_, KnownLevels::kNotCounted, now_);
  EXPECT_EQ(enter().refused_for, seconds{24}) << "three more than it has";
  for (int i = 0; i < 50; ++i) known_.charge(policy_, who_, KnownLevels::kNotCounted, now_);
  EXPECT_EQ(enter().refused_for, seconds{66});
  known_.learn(policy_, who_, Ticks{hours{24}}, now_);
  EXPECT_EQ(enter().refused_for, seconds{66});
}

TEST(KnownLevels, CountNothingForAClientWhoseRowIsFullOfOthers) {
  constexpr std::size_t kSmall = ClientTable::kShards * ClientTable::kRow;
  KnownLevels known{1, kSmall};
  const Policy policy{Budget::not_found, {1, seconds{60}}};
  const SteadyTime now{hours{1}};
  for (int i = 0; i < 5000; ++i) {
    const Subject other = Subject::of_client(fmt::format("10.0.{}.{}", i >> 8, i & 255));
    known.charge(policy, other, KnownLevels::kNotCounted, now);
  }
  ASSERT_EQ(known.size(now), kSmall);
  const Subject who = Subject::of_client("192.0.2.1");
  for (int i = 0; i < 3; ++i) {
    const KnownLevels::Entry entry = known.enter(policy, who, now);
    EXPECT_EQ(entry.refused_for, Ticks::zero());
    EXPECT_EQ(entry.epoch, KnownLevels::kNotCounted);
  }
  EXPECT_EQ(known.size(now), kSmall) << "a client that costs nothing displaces nobody";
}

}  // namespace
}  // namespace curt::limits
