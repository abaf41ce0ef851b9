#include "curt/limits/controlled_delay.hpp"

#include <gtest/gtest.h>

namespace curt::limits {
namespace {

using namespace std::chrono_literals;

class Delay : public ::testing::Test {
 protected:
  /// Lets work leave its queue every 10 ms for so long, each after this wait.
  void serve(Work work, std::chrono::milliseconds waited, std::chrono::milliseconds time) {
    for (; time > 0ms; time -= 10ms) {
      now_ += 10ms;
      delay_.left_queue(work, waited, now_);
    }
  }

  ControlledDelay delay_;
  SteadyTime now_{1h};
};

TEST_F(Delay, GivesNothingUpAtFirst) { EXPECT_FALSE(delay_.gives_up(Work::creates)); }

TEST_F(Delay, LetsABurstPass) {
  serve(Work::lookups, 500ms, 90ms);
  serve(Work::lookups, 1ms, 10ms);
  serve(Work::lookups, 500ms, 90ms);
  serve(Work::lookups, 1ms, 10ms);
  for (const Work work : {Work::creates, Work::lists, Work::lookups}) EXPECT_FALSE(delay_.gives_up(work));
}

TEST_F(Delay, MakesRoomForLookupsThatStandOneKindAfterTheOther) {
  serve(Work::lookups, 30ms, 110ms);
  EXPECT_TRUE(delay_.gives_up(Work::creates, 21ms));
  EXPECT_FALSE(delay_.gives_up(Work::creates, 20ms));
  EXPECT_FALSE(delay_.gives_up(Work::lists));
  serve(Work::lookups, 30ms, 100ms);
  EXPECT_TRUE(delay_.gives_up(Work::lists, 21ms));
  EXPECT_FALSE(delay_.gives_up(Work::lists, 20ms));
  EXPECT_FALSE(delay_.gives_up(Work::lookups));
  serve(Work::lookups, 30ms, 100ms);
  EXPECT_TRUE(delay_.gives_up(Work::lookups, 41ms));
  EXPECT_FALSE(delay_.gives_up(Work::lookups, 40ms));
}

TEST_F(Delay, GivesUpOnlyWhatStandsItselfWhereLookupsDoNot) {
  serve(Work::lists, 1s, 1s);
  EXPECT_TRUE(delay_.gives_up(Work::lists, 41ms));
  EXPECT_FALSE(delay_.gives_up(Work::lists, 40ms));
  EXPECT_FALSE(delay_.gives_up(Work::creates));
  EXPECT_FALSE(delay_.gives_up(Work::lookups));
  serve(Work::creates, 1s, 1s);
  EXPECT_TRUE(delay_.gives_up(Work::creates, 41ms));
  EXPECT_FALSE(delay_.gives_up(Work::creates, 40ms));
  EXPECT_FALSE(delay_.gives_up(Work::lookups));
}

TEST_F(Delay, TakesOneKindBackForEachIntervalInWhichTheQueueDrains) {
  serve(Work::lookups, 30ms, 500ms);
  serve(Work::lookups, 20ms, 200ms);
  EXPECT_FALSE(delay_.gives_up(Work::lookups));
  EXPECT_TRUE(delay_.gives_up(Work::creates));
  serve(Work::lookups, 20ms, 200ms);
  EXPECT_FALSE(delay_.gives_up(Work::creates));
}

TEST_F(Delay, ForgetsWhatStoodBeforeARest) {
  serve(Work::lookups, 30ms, 500ms);
  now_ += 250ms;
  delay_.left_queue(Work::creates, 0ms, now_);
  EXPECT_FALSE(delay_.gives_up(Work::creates));
}

}  // namespace
}  // namespace curt::limits
