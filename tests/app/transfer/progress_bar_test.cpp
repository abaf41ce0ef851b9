#include "app/transfer/progress_bar.hpp"

#include <chrono>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace curt::app {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

TEST(ProgressBar, ShowsShareCountsAndRateOfAFile) {
  const Progress progress{
      250, 1000, {.imported = 400, .already_there = 30, .rejected = 2, .through_line = 500}, 2s};
  EXPECT_EQ(
      progress_line(progress, 120),
      "[#####...............]  25 %  400 imported  30 already there  2 rejected  6 s left  216 a second");
}

TEST(ProgressBar, SaysHowLongTheRestWillTake) {
  const auto line = [](std::uint64_t bytes, std::chrono::milliseconds elapsed) {
    return progress_line({bytes, 1000, {.imported = 1}, elapsed}, 120);
  };
  EXPECT_THAT(line(500, 10s), HasSubstr("  10 s left"));
  EXPECT_THAT(line(1, 1s), HasSubstr("  16 min left"));
  EXPECT_THAT(line(1, 1min), HasSubstr("  16 h left"));
  EXPECT_THAT(line(1000, 1min), HasSubstr("  0 s left"));
  EXPECT_THAT(line(2000, 1min), HasSubstr("  0 s left")) << "the file has grown";
  EXPECT_THAT(line(500, 999ms), Not(HasSubstr("left"))) << "too early to tell";
  EXPECT_THAT(line(0, 10s), Not(HasSubstr("left")));
}

TEST(ProgressBar, ShowsNoShareWhereTheEndIsNotKnown) {
  const Progress progress{250, {}, {.imported = 400, .through_line = 500}, 2s};
  EXPECT_EQ(progress_line(progress, 120), "400 imported  200 a second");
}

TEST(ProgressBar, IsFullAtTheEndAndWhenTheFileHasGrown) {
  EXPECT_EQ(progress_line({10, 10, {}, 0s}, 120), "[####################] 100 %  0 imported");
  EXPECT_EQ(progress_line({30, 10, {}, 0s}, 120), "[####################] 100 %  0 imported");
  EXPECT_EQ(progress_line({0, 0, {}, 0s}, 120), "[####################] 100 %  0 imported");
}

TEST(ProgressBar, LeavesOutWhatDoesNotFit) {
  const Progress progress{
      250, 1000, {.imported = 400, .already_there = 30, .rejected = 2, .through_line = 500}, 2s};
  EXPECT_EQ(progress_line(progress, 43), "[#####...............]  25 %  400 imported");
  EXPECT_EQ(progress_line(progress, 20), "400 imported");
  EXPECT_EQ(progress_line(progress, 0), "");
}

TEST(ProgressBar, DrawsOverItselfAndIsRemovedAtTheEnd) {
  std::ostringstream terminal;
  {
    ProgressBar bar{terminal, 120};
    bar.show({0, {}, {.imported = 1}, 0s});
    bar.show({0, {}, {.imported = 2}, 1s});
  }
  EXPECT_EQ(terminal.str(), "\r\x1b[K1 imported\r\x1b[K2 imported  2 a second\r\x1b[K");
}

TEST(ProgressBar, DrawsNothingTooSoonAndNothingIfNeverAsked) {
  std::ostringstream terminal;
  {
    const ProgressBar bar{terminal, 120};
  }
  EXPECT_EQ(terminal.str(), "");
  ProgressBar bar{terminal, 120};
  bar.show({0, {}, {.imported = 1}, 0s});
  const std::string first = terminal.str();
  bar.show({0, {}, {.imported = 2}, ProgressBar::kPause - 1ms});
  EXPECT_EQ(terminal.str(), first);
  bar.show({0, {}, {.imported = 3}, ProgressBar::kPause});
  EXPECT_NE(terminal.str(), first);
}

}  // namespace
}  // namespace curt::app
