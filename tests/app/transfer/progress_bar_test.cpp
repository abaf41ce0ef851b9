#include "app/transfer/progress_bar.hpp"

#include <chrono>
#include <sstream>

#include <gtest/gtest.h>

namespace curt::app {
namespace {

using namespace std::chrono_literals;

TEST(ProgressBar, ShowsShareCountsAndRateOfAFile) {
  const Progress progress{250, 1000, {400, 30, 2, 500}, 2s};
  EXPECT_EQ(progress_line(progress, 120),
            "[#####...............]  25 %  400 imported  30 already there  2 rejected  216 a second");
}

TEST(ProgressBar, ShowsNoShareWhereTheEndIsNotKnown) {
  const Progress progress{250, {}, {400, 0, 0, 500}, 2s};
  EXPECT_EQ(progress_line(progress, 120), "400 imported  200 a second");
}

TEST(ProgressBar, IsFullAtTheEndAndWhenTheFileHasGrown) {
  EXPECT_EQ(progress_line({10, 10, {}, 0s}, 120), "[####################] 100 %  0 imported");
  EXPECT_EQ(progress_line({30, 10, {}, 0s}, 120), "[####################] 100 %  0 imported");
  EXPECT_EQ(progress_line({0, 0, {}, 0s}, 120), "[####################] 100 %  0 imported");
}

TEST(ProgressBar, LeavesOutWhatDoesNotFit) {
  const Progress progress{250, 1000, {400, 30, 2, 500}, 2s};
  EXPECT_EQ(progress_line(progress, 43), "[#####...............]  25 %  400 imported");
  EXPECT_EQ(progress_line(progress, 20), "400 imported");
  EXPECT_EQ(progress_line(progress, 0), "");
}

TEST(ProgressBar, DrawsOverItselfAndIsRemovedAtTheEnd) {
  std::ostringstream terminal;
  {
    ProgressBar bar{terminal, 120};
    bar.show({0, {}, {1, 0, 0, 1}, 0s});
    bar.show({0, {}, {2, 0, 0, 2}, 1s});
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
  bar.show({0, {}, {1, 0, 0, 1}, 0s});
  const std::string first = terminal.str();
  bar.show({0, {}, {2, 0, 0, 2}, ProgressBar::kPause - 1ms});
  EXPECT_EQ(terminal.str(), first);
  bar.show({0, {}, {3, 0, 0, 3}, ProgressBar::kPause});
  EXPECT_NE(terminal.str(), first);
}

}  // namespace
}  // namespace curt::app
