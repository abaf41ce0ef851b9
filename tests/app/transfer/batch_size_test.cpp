#include "app/transfer/batch_size.hpp"

#include <gtest/gtest.h>

namespace curt::app {
namespace {

using namespace std::chrono_literals;

BatchSize::Goal in(std::chrono::milliseconds time) {
  return [time] { return time; };
}

TEST(BatchSize, BecomesWhatIsStoredInTheGivenTime) {
  BatchSize size{50'000, 200'000, in(1500ms)};
  EXPECT_EQ(size.links(), 50'000U);
  size.adapt(50'000, 750ms);
  EXPECT_EQ(size.links(), 100'000U);
  size.adapt(100'000, 1s);
  EXPECT_EQ(size.links(), 150'000U);
  size.adapt(150'000, 3s);
  EXPECT_EQ(size.links(), 75'000U);
}

TEST(BatchSize, FollowsTheTimeThatIsGivenNow) {
  std::chrono::milliseconds goal = 3s;
  BatchSize size{10'000, 200'000, [&goal] { return goal; }};
  size.adapt(10'000, 300ms);
  EXPECT_EQ(size.links(), 100'000U);
  goal = 50ms;
  size.adapt(100'000, 1s);
  EXPECT_EQ(size.links(), 5000U);
}

TEST(BatchSize, StaysBetweenAThousandAndTheMost) {
  BatchSize size{50'000, 200'000, in(1500ms)};
  size.adapt(50'000, 10ms);
  EXPECT_EQ(size.links(), 200'000U);
  size.adapt(200'000, 1h);
  EXPECT_EQ(size.links(), BatchSize::kLeast);
  size.adapt(1000, 1ns);
  EXPECT_EQ(size.links(), 200'000U);
}

TEST(BatchSize, StaysAsItIsWhereNoTimePassed) {
  BatchSize size{50'000, 200'000, in(1500ms)};
  size.adapt(50'000, 500ms);
  size.adapt(50'000, 0ns);
  EXPECT_EQ(size.links(), 150'000U);
}

TEST(BatchSize, StaysAsItIsWhereOneIsGiven) {
  BatchSize size = 1000;
  size.adapt(1000, 1ms);
  EXPECT_EQ(size.links(), 1000U);
  size.adapt(1000, 1h);
  EXPECT_EQ(size.links(), 1000U);
}

}  // namespace
}  // namespace curt::app
