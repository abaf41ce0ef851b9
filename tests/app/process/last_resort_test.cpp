#include "app/process/last_resort.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace curt::app {
namespace {

using std::chrono::milliseconds;

/// An end that is never reached here.
constexpr std::chrono::hours kLong{1};

TEST(EndOfProcess, LeavesAMomentForLastWordsAndOneToEndBefore) {
  const EndOfProcess end{kLong, 0};
  const Deadline forced = Deadline::in(kLong);  // or a little before
  EXPECT_LE(end.of_work().at(), forced.at() - milliseconds{500});
  EXPECT_LE(end.of_work_or(2 * kLong).at(), forced.at() - milliseconds{250});
  EXPECT_GE(end.of_work_or(2 * kLong).at() - end.of_work().at(), milliseconds{250});
}

TEST(EndOfProcess, GivesWhatBeginsLateItsOwnTime) {
  const EndOfProcess end{kLong, 0};
  EXPECT_EQ(end.of_work_or(milliseconds{1}).at(), end.of_work().at()) << "there is more time than that";
  EXPECT_GT(end.of_work_or(kLong).at(), end.of_work().at());
}

}  // namespace
}  // namespace curt::app
