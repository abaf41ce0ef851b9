#include "curt/base/suspend_until.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include "support/patience.hpp"
#include "support/run_awaitable.hpp"

namespace curt {
namespace {

/// Keeps what resumes its caller.
class Answerer {
 public:
  awaitable<std::optional<std::string>> ask(Deadline deadline) {
    auto keep = [this](TimedCompletion<std::string> completion) { completion_ = std::move(completion); };
    std::optional<std::string> answer = co_await suspend_until<std::string>(deadline, keep);
    co_return answer;
  }

  bool answer(std::string text) { return (*completion_)(std::move(text)); }
  [[nodiscard]] bool is_asked() const { return completion_.has_value(); }

 private:
  std::optional<TimedCompletion<std::string>> completion_;
};

Deadline far_away() { return Deadline::in(test::patience()); }

TEST(SuspendUntil, ResumesWithTheValue) {
  net::io_context context{1};
  Answerer answerer;
  std::optional<std::optional<std::string>> outcome;
  net::co_spawn(context, test::keep(answerer.ask(far_away()), outcome), net::detached);
  context.poll();
  EXPECT_FALSE(outcome);
  EXPECT_TRUE(answerer.answer("yes"));
  context.run();
  ASSERT_TRUE(outcome);
  EXPECT_EQ(*outcome, "yes");
}

TEST(SuspendUntil, ResumesWithNothingAtTheDeadline) {
  Answerer answerer;
  EXPECT_FALSE(test::run(answerer.ask(Deadline::in(std::chrono::milliseconds{1}))));
  EXPECT_FALSE(answerer.answer("too late"));
}

TEST(SuspendUntil, ResumesOnItsOwnThreadWhoeverAnswers) {
  net::io_context context{1};
  Answerer answerer;
  std::optional<std::optional<std::string>> outcome;
  net::co_spawn(context, test::keep(answerer.ask(far_away()), outcome), net::detached);
  context.poll();
  std::thread{[&] { answerer.answer("from elsewhere"); }}.join();
  EXPECT_FALSE(outcome);
  context.run();
  EXPECT_EQ(*outcome, "from elsewhere");
}

TEST(SuspendUntil, TakesOneAnswerOnly) {
  net::io_context context{1};
  Answerer answerer;
  std::optional<std::optional<std::string>> outcome;
  net::co_spawn(context, test::keep(answerer.ask(far_away()), outcome), net::detached);
  context.poll();
  EXPECT_TRUE(answerer.answer("first"));
  EXPECT_FALSE(answerer.answer("second"));
  context.run();
  EXPECT_EQ(*outcome, "first");
}

awaitable<void> hold(std::shared_ptr<int> held, Answerer& answerer) {
  const auto answer = co_await answerer.ask(far_away());
  *held = answer ? 1 : 2;
}

TEST(SuspendUntil, EndsWithItsContextThoughTheAnswererLives) {
  Answerer answerer;
  const auto held = std::make_shared<int>(0);
  {
    net::io_context context{1};
    net::co_spawn(context, hold(held, answerer), net::detached);
    context.poll();
    EXPECT_TRUE(answerer.is_asked());
    EXPECT_EQ(held.use_count(), 2);
  }
  EXPECT_EQ(held.use_count(), 1) << "no coroutine is left";
  EXPECT_FALSE(answerer.answer("to nobody"));
  EXPECT_EQ(*held, 0);
}

}  // namespace
}  // namespace curt
