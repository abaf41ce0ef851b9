#include "curt/base/loop.hpp"

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include <gmock/gmock.h>

namespace curt {
namespace {

using std::chrono::milliseconds;
using testing::ElementsAre;

class LoopTest : public testing::Test {
 protected:
  /// Steps that note what they do; the rounds throw what `fail` says.
  Loop::Steps noting() {
    Loop::Steps steps;
    steps.round = [this] { return round(); };
    steps.failed = [this](const std::exception& failure) { notes_.emplace_back(failure.what()); };
    steps.pause = [this](bool more) {
      notes_.emplace_back(more ? "more" : "pause");
      return next_;
    };
    steps.last = [this] { return say_goodbye(); };
    return steps;
  }

  awaitable<bool> round() {
    notes_.emplace_back("round");
    if (ends_) throw EndsLoop{};
    if (fails_) throw std::runtime_error{"failed"};
    if (notes_.size() >= 4) loop_.stop();
    co_return true;
  }

  awaitable<void> say_goodbye() {
    notes_.emplace_back("last");
    co_return;
  }

  net::io_context context_{1};
  Loop loop_{context_.get_executor()};
  std::vector<std::string> notes_;
  std::optional<milliseconds> next_{milliseconds{1}};
  bool fails_ = false;
  bool ends_ = false;
};

TEST_F(LoopTest, GoesRoundUntilItIsTold) {
  loop_.start(noting());
  context_.run();
  EXPECT_THAT(notes_, ElementsAre("round", "more", "round", "more", "round", "more", "last"));
  EXPECT_TRUE(loop_.join_until(std::chrono::steady_clock::now()));
}

TEST_F(LoopTest, EndsWhereThereIsNoPause) {
  next_.reset();
  loop_.start(noting());
  context_.run();
  EXPECT_THAT(notes_, ElementsAre("round", "more"));
}

TEST_F(LoopTest, GoesOnAfterARoundThatFails) {
  fails_ = true;
  next_.reset();
  loop_.start(noting());
  context_.run();
  EXPECT_THAT(notes_, ElementsAre("round", "failed", "pause"));
}

TEST_F(LoopTest, EndsWithoutMoreAdoWhereARoundSaysSo) {
  ends_ = true;
  loop_.start(noting());
  context_.run();
  EXPECT_THAT(notes_, ElementsAre("round"));
}

TEST_F(LoopTest, DoesNotWaitForItsPauseWhenItIsTold) {
  next_ = std::chrono::hours{1};
  loop_.start(noting());
  context_.run_for(milliseconds{20});
  EXPECT_FALSE(loop_.join_until(std::chrono::steady_clock::now()));
  loop_.stop();
  context_.run();
  EXPECT_EQ(notes_.back(), "last");
}

}  // namespace
}  // namespace curt
