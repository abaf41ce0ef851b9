#include "curt/links/doubt.hpp"

#include <chrono>

#include <gtest/gtest.h>

#include "curt/links/outbox.hpp"

namespace curt::links {
namespace {

using namespace std::chrono_literals;

/// A doubt that has ended, at `kClean`.
class DoubtTest : public testing::Test {
 protected:
  static constexpr SteadyTime kClean{1h};

  DoubtTest() { doubt_.found_none(kClean); }

  Doubt doubt_{10min, kClean};
};

TEST(Doubt, StandsAtFirst) {
  const SteadyTime start{1h};
  Doubt doubt{10min, start};
  EXPECT_TRUE(doubt.stands());
  EXPECT_EQ(doubt.since(), start);
  doubt.found_none(start);
  EXPECT_FALSE(doubt.stands());
  EXPECT_FALSE(doubt.since());
}

TEST(Doubt, IsNotBearableBeforeTheFirstCleanLook) {
  const SteadyTime now{1h};
  Doubt doubt{10min, now};
  EXPECT_FALSE(doubt.is_bearable(now));
  doubt.found(now);
  EXPECT_FALSE(doubt.is_bearable(now));
}

TEST_F(DoubtTest, IsNotBearableOnceTheServerMayBeAnotherOne) {
  doubt_.lose_server(kClean + 1s);
  EXPECT_TRUE(doubt_.stands());
  EXPECT_FALSE(doubt_.is_bearable(kClean + 2s));
  const std::uint64_t servers = doubt_.servers();
  doubt_.lose_server(kClean + 3s);
  doubt_.recognise_server(servers);
  EXPECT_FALSE(doubt_.is_bearable(kClean + 4s)) << "it was lost again meanwhile";
  doubt_.recognise_server(doubt_.servers());
  EXPECT_TRUE(doubt_.is_bearable(kClean + 4s));
  EXPECT_TRUE(doubt_.stands());
  doubt_.found_none(kClean + 3s + Outbox::kSettled);
  EXPECT_FALSE(doubt_.stands());
}

TEST_F(DoubtTest, IsBearableForAWhileAfterTheLastCleanLook) {
  doubt_.found(kClean + 1min);
  EXPECT_TRUE(doubt_.is_bearable(kClean + 1min));
  EXPECT_TRUE(doubt_.is_bearable(kClean + 10min - 1ns));
  EXPECT_FALSE(doubt_.is_bearable(kClean + 10min));
  doubt_.found_none(kClean + 5min);
  doubt_.found(kClean + 6min);
  EXPECT_TRUE(doubt_.is_bearable(kClean + 15min - 1ns)) << "a later look was clean";
  EXPECT_FALSE(doubt_.is_bearable(kClean + 15min));
}

TEST_F(DoubtTest, IsNeverBearableWhereNothingStaleIs) {
  Doubt doubt{0ms, kClean};
  doubt.found_none(kClean);
  EXPECT_FALSE(doubt.is_bearable(kClean));
}

TEST_F(DoubtTest, StandsFromWhatALookFoundUntilOneFindsNothing) {
  doubt_.found(kClean + 1s);
  EXPECT_TRUE(doubt_.stands());
  EXPECT_EQ(doubt_.since(), kClean + 1s);
  doubt_.found(kClean + 2s);
  EXPECT_EQ(doubt_.since(), kClean + 1s) << "still the same doubt";
  doubt_.found_none(kClean + 2s);
  EXPECT_FALSE(doubt_.stands());
  doubt_.found(kClean + 3s);
  EXPECT_EQ(doubt_.since(), kClean + 3s) << "another one";
}

TEST_F(DoubtTest, ALookEndsItOnlyIfItBeganWhenTheChangeHadSettled) {
  doubt_.raise(kClean + 1s);
  EXPECT_TRUE(doubt_.stands());
  EXPECT_EQ(doubt_.since(), kClean + 1s);
  doubt_.found_none(kClean + 1s - 1ns);
  doubt_.found_none(kClean + 1s + Outbox::kSettled - 1ns);
  EXPECT_TRUE(doubt_.stands());
  EXPECT_FALSE(doubt_.is_bearable(kClean + 10min)) << "those looks were not clean";
  doubt_.found_none(kClean + 1s + Outbox::kSettled);
  EXPECT_FALSE(doubt_.stands());
  EXPECT_TRUE(doubt_.is_bearable(kClean + 10min));
}

TEST_F(DoubtTest, TheLastOfSeveralFailuresCounts) {
  doubt_.raise(kClean + 1s);
  doubt_.raise(kClean + 2s);
  doubt_.found_none(kClean + 1s + Outbox::kSettled);
  EXPECT_TRUE(doubt_.stands());
  EXPECT_EQ(doubt_.since(), kClean + 1s);
  doubt_.found_none(kClean + 2s + Outbox::kSettled);
  EXPECT_FALSE(doubt_.stands());
}

TEST_F(DoubtTest, AFailureDuringALookOutlivesIt) {
  const auto look = kClean + 1s;
  doubt_.raise(look + 1ms);
  doubt_.found_none(look);
  EXPECT_TRUE(doubt_.stands());
}

}  // namespace
}  // namespace curt::links
