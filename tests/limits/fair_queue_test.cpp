#include "curt/limits/fair_queue.hpp"

#include <memory>
#include <string>

#include <gmock/gmock.h>

namespace curt::limits {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Queue : public testing::Test {
 protected:
  std::vector<std::string> drain() {
    std::vector<std::string> items;
    while (!queue_.empty()) items.push_back(queue_.pop());
    return items;
  }

  FairQueue<std::string> queue_;
};

TEST_F(Queue, IsAnOrdinaryOneForASingleFlow) {
  for (const char* item : {"a", "b", "c"}) queue_.push(0, item);
  EXPECT_EQ(queue_.size(), 3U);
  EXPECT_THAT(drain(), ElementsAre("a", "b", "c"));
}

TEST_F(Queue, ServesFlowsInTurn) {
  for (const char* item : {"a1", "a2", "a3", "a4"}) queue_.push(1, item);
  for (const char* item : {"b1", "b2"}) queue_.push(2, item);
  queue_.push(3, "c1");
  EXPECT_THAT(drain(), ElementsAre("a1", "b1", "c1", "a2", "b2", "a3", "a4"));
}

TEST_F(Queue, TakesTheNewestOfAFlow) {
  for (const char* item : {"a1", "a2"}) queue_.push(1, item);
  queue_.push(2, "b1");
  EXPECT_EQ(queue_.pop_newest(2), "b1");
  EXPECT_EQ(queue_.pop_newest(2), "");
  EXPECT_EQ(queue_.pop_newest(1), "a2");
  EXPECT_EQ(queue_.size(), 1U);
  EXPECT_THAT(drain(), ElementsAre("a1"));
}

TEST_F(Queue, TakesOutWhatIsWantedAndKeepsTheOrderOfTheRest) {
  for (const char* item : {"a1", "x", "a2"}) queue_.push(1, item);
  queue_.push(2, "x");
  queue_.push(3, "c1");
  EXPECT_THAT(queue_.take_if([](const std::string& item) { return item == "x"; }), ElementsAre("x", "x"));
  EXPECT_THAT(queue_.take_if([](const std::string& item) { return item == "x"; }), IsEmpty());
  EXPECT_EQ(queue_.size(), 2U + 1U);
  queue_.push(2, "b1");
  EXPECT_THAT(drain(), ElementsAre("a1", "c1", "b1", "a2"));
}

TEST_F(Queue, KnowsHowLongEachFlowIs) {
  queue_.push(0, "nobody's");
  queue_.push(0, "nobody's");
  EXPECT_EQ(queue_.longest(), 0U);
  queue_.push(1, "a");
  EXPECT_EQ(queue_.longest(), 1U);
  queue_.push(2, "b");
  queue_.push(2, "b");
  EXPECT_EQ(queue_.longest(), 2U);
  EXPECT_EQ(queue_.size_of(2), 2U);
  EXPECT_EQ(queue_.size_of(3), 0U);
}

TEST_F(Queue, HoldsWhatCanOnlyBeMoved) {
  FairQueue<std::unique_ptr<int>> queue;
  queue.push(1, std::make_unique<int>(5));
  EXPECT_EQ(queue.pop_newest(9), nullptr);
  EXPECT_EQ(*queue.pop(), 5);
}

}  // namespace
}  // namespace curt::limits
