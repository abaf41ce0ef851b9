#include <chrono>
#include <thread>

#include <gmock/gmock.h>

#include "curt/domain/client_share.hpp"
#include "curt/limits/controlled_delay.hpp"

#include "store/job_queue.hpp"
#include "support/store/job_queue_fixture.hpp"

// What a queue does with more than it can take.

namespace curt::store {
namespace {

using testing::HasSubstr;

using JobQueueOverload = JobQueueTest;

TEST_F(JobQueueOverload, RefusesAtOnceWhatFindsItFull) {
  for (const char* name : {"a", "b", "c", "d"}) push(name);
  EXPECT_THAT(notes_, testing::ElementsAre("d overloaded"));
  EXPECT_THAT(metrics_.to_text(), HasSubstr(R"(curt_store_queue_depth{store="test",queue="jobs"} 3)"));
  finish(3);
  push("e");
  finish(1);
  EXPECT_EQ(notes_.back(), "e finished");
}

TEST_F(JobQueueOverload, AlwaysHasRoomForWhatCurtDoesByItself) {
  for (const char* name : {"a", "b", "c", "d"}) push_of(0, name);
  push_of(1, "e");
  EXPECT_TRUE(notes_.empty());
  finish(5);
  EXPECT_EQ(notes_.size(), 5U);
}

TEST_F(JobQueueOverload, LetsOneClientFillItWhereNoSharesAreSet) {
  push_of(1, "a");
  push_of(2, "b");
  push_of(1, "c");
  finish(3);
  EXPECT_THAT(notes_, testing::ElementsAre("a finished", "b finished", "c finished"));
}

TEST_F(JobQueueOverload, RefusesAClientThatHasItsShareWhileOthersWait) {
  make_queue({.capacity = 4, .client_share = 0.5});
  push_of(1, "a1");
  push_of(2, "b1");
  push_of(1, "a2");
  push_of(1, "a3");
  EXPECT_THAT(notes_, testing::ElementsAre("a3 overloaded"));
  push_of(2, "b2");
  EXPECT_EQ(notes_.size(), 1U);
  EXPECT_TRUE(is_for_its_share(client_has_its_share()))
      << "so that others who wait for the job ask themselves";
}

TEST_F(JobQueueOverload, MakesRoomForAClientWhoseShareAnotherOneHasTaken) {
  make_queue({.capacity = 4, .client_share = 0.5});
  for (const char* name : {"a1", "a2", "a3", "a4"}) push_of(1, name);
  EXPECT_TRUE(notes_.empty());
  push_of(2, "b1");
  EXPECT_THAT(notes_, testing::ElementsAre("a4 overloaded"));
  EXPECT_THAT(metrics_.to_text(), HasSubstr(R"(curt_store_queue_depth{store="test",queue="more"} 4)"));
  finish(2);
  EXPECT_THAT(notes_, testing::ElementsAre("a4 overloaded", "a1 finished", "b1 finished"));
}

TEST_F(JobQueueOverload, IsFullForEveryoneWhereEachHasItsShare) {
  make_queue({.capacity = 2, .client_share = 0.5});
  push_of(1, "a1");
  push_of(2, "b1");
  push_of(3, "c1");
  EXPECT_THAT(notes_, testing::ElementsAre("c1 overloaded"));
}

TEST_F(JobQueueOverload, GivesUpWhatWaitsInAStandingQueueButNotWhatCurtDoesByItself) {
  limits::ControlledDelay delay;
  // Lookups that stand until later than this test takes.
  const auto later = Deadline::clock::now() + std::chrono::hours{1};
  for (auto ago = std::chrono::milliseconds{500}; ago.count() >= 0; ago -= std::chrono::milliseconds{10}) {
    delay.left_queue(limits::Work::lookups, std::chrono::seconds{1}, later - ago);
  }
  ASSERT_TRUE(delay.gives_up(limits::Work::creates));
  make_queue({.capacity = 3, .delay = &delay, .work = limits::Work::creates});
  push_of(1, "a");
  push_of(0, "own");
  std::this_thread::sleep_for(limits::ControlledDelay::kTarget + std::chrono::milliseconds{1});
  finish(3);
  EXPECT_THAT(notes_, testing::ElementsAre("a overloaded", "own finished"));
  EXPECT_THAT(metrics_.to_text(),
              HasSubstr(R"(curt_store_jobs_given_up_total{store="test",queue="more",reason="shed"} 1)"));
}

}  // namespace
}  // namespace curt::store
