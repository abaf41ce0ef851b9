#include "app/transfer/meanwhile.hpp"

#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/run_awaitable.hpp"

namespace curt::app {
namespace {

using testing::ElementsAre;

using Events = std::vector<std::string>;

/// Lets others on this thread go first.
awaitable<void> step_back() {
  const Executor executor = co_await net::this_coro::executor;
  co_await net::post(executor, use_awaitable);
}

awaitable<int> call(Events& events, int turns) {
  events.emplace_back("called");
  for (int i = 0; i < turns; ++i) co_await step_back();
  events.emplace_back("done");
  co_return 17;
}

awaitable<int> failing(int turns) {
  for (int i = 0; i < turns; ++i) co_await step_back();
  throw std::runtime_error{"the store is gone"};
}

awaitable<int> meet(Events& events, int turns) {
  const Executor executor = co_await net::this_coro::executor;
  Meanwhile<int> work{executor};
  auto calling = call(events, turns);
  co_await work.begin(std::move(calling));
  events.emplace_back("meanwhile");
  const int value = co_await work.end();
  co_return value;
}

awaitable<int> meet_failing(int turns) {
  const Executor executor = co_await net::this_coro::executor;
  Meanwhile<int> work{executor};
  auto calling = failing(turns);
  co_await work.begin(std::move(calling));
  const int value = co_await work.end();
  co_return value;
}

TEST(Meanwhile, HasTheCallBegunBeforeItsCallerGoesOn) {
  Events events;
  EXPECT_EQ(test::run(meet(events, 10)), 17);
  EXPECT_THAT(events, ElementsAre("called", "meanwhile", "done"));
}

TEST(Meanwhile, MeetsACallThatWasDoneAtOnce) {
  Events events;
  EXPECT_EQ(test::run(meet(events, 0)), 17);
  EXPECT_THAT(events, ElementsAre("called", "done", "meanwhile"));
}

TEST(Meanwhile, ThrowsWhatTheCallThrewSoonOrLate) {
  EXPECT_THROW(test::run(meet_failing(0)), std::runtime_error);
  EXPECT_THROW(test::run(meet_failing(10)), std::runtime_error);
}

}  // namespace
}  // namespace curt::app
