#include "curt/base/async.hpp"

#include <memory>
#include <optional>
#include <string>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include "support/run_awaitable.hpp"

namespace curt {
namespace {

/// Waits for a value, and notes it and the thread that goes on with it.
template <class T>
struct Waiter {
  std::optional<Completion<T>> completion;
  std::optional<T> got;
  std::thread::id resumed_on;

  awaitable<void> wait() {
    auto keep = [this](Completion<T> given) { completion.emplace(std::move(given)); };
    T value = co_await suspend<T>(keep);
    resumed_on = std::this_thread::get_id();
    got.emplace(std::move(value));
  }
};

TEST(Suspend, WaitsForItsCompletion) {
  net::io_context context{1};
  Waiter<int> waiter;
  net::co_spawn(context, waiter.wait(), net::detached);
  context.poll();
  ASSERT_TRUE(waiter.completion);
  EXPECT_FALSE(waiter.got);
  EXPECT_FALSE(context.stopped()) << "a coroutine that waits is work";

  (*waiter.completion)(42);
  EXPECT_FALSE(waiter.got) << "the coroutine runs on its context only";
  context.poll();
  EXPECT_EQ(waiter.got, 42);
  EXPECT_TRUE(context.stopped());
}

TEST(Suspend, ResumesOnItsOwnThreadWhoeverCompletesIt) {
  net::io_context context{1};
  Waiter<std::string> waiter;
  net::co_spawn(context, waiter.wait(), net::detached);
  context.poll();
  std::thread other{[&] { (*waiter.completion)("from elsewhere"); }};
  context.run();
  other.join();
  EXPECT_EQ(waiter.got, "from elsewhere");
  EXPECT_EQ(waiter.resumed_on, std::this_thread::get_id());
}

TEST(Suspend, TakesAValueThatIsThereAtOnce) {
  const auto at_once = [](Completion<int> completion) { completion(7); };
  EXPECT_EQ(test::run(suspend<int>(at_once)), 7);
}

TEST(Suspend, MovesValuesThatCannotBeCopied) {
  const auto give = [](Completion<std::unique_ptr<int>> completion) { completion(std::make_unique<int>(5)); };
  const std::unique_ptr<int> value = test::run(suspend<std::unique_ptr<int>>(give));
  ASSERT_TRUE(value);
  EXPECT_EQ(*value, 5);
}

awaitable<void> hold_while_waiting(std::shared_ptr<int> held, Waiter<int>& waiter) {
  co_await waiter.wait();
  ++*held;
}

TEST(Suspend, DestroysTheCoroutineWhoseCompletionIsDropped) {
  net::io_context context{1};
  const auto held = std::make_shared<int>(0);
  Waiter<int> waiter;
  net::co_spawn(context, hold_while_waiting(held, waiter), net::detached);
  context.poll();
  EXPECT_EQ(held.use_count(), 2);

  waiter.completion.reset();
  context.poll();
  EXPECT_EQ(held.use_count(), 1);
  EXPECT_EQ(*held, 0) << "the coroutine went on";
  EXPECT_TRUE(context.stopped());
}

TEST(Suspend, ResumesTheOneWhoseCompletionIsCalled) {
  net::io_context context{1};
  Waiter<int> one;
  Waiter<int> other;
  net::co_spawn(context, one.wait(), net::detached);
  net::co_spawn(context, other.wait(), net::detached);
  context.poll();
  (*other.completion)(2);
  context.poll();
  EXPECT_FALSE(one.got);
  EXPECT_EQ(other.got, 2);
  (*one.completion)(1);
  context.poll();
  EXPECT_EQ(one.got, 1);
}

}  // namespace
}  // namespace curt
