#include "curt/limits/blocklist/list_watch.hpp"

#include <chrono>

#include <gtest/gtest.h>

#include "support/manual_clock.hpp"

namespace curt::limits {
namespace {

using namespace std::chrono_literals;

class Watch : public ::testing::Test {
 protected:
  /// A file that was written so long ago.
  [[nodiscard]] FileStamp file(std::uint64_t size, std::chrono::milliseconds age) const {
    const std::chrono::nanoseconds at = (clock_.now() - age).time_since_epoch();
    return {.path = "list", .is_there = true, .inode = 1, .size = size, .modified_at = at.count()};
  }

  [[nodiscard]] bool is_due(const FileStamp& now) { return watch_.is_due({now}, clock_); }

  test::ManualClock clock_{Timestamp{1'000'000s}};
  const FileStamp first_ = file(1, 1h);
  ListWatch watch_{{first_}};
};

TEST_F(Watch, IsNotDueWhileNothingChanges) {
  EXPECT_FALSE(is_due(first_));
  clock_.advance(1h);
  EXPECT_FALSE(is_due(first_));
}

TEST_F(Watch, IsDueOnceAFileWasNotWrittenForASecond) {
  const FileStamp written = file(2, 0ms);
  EXPECT_FALSE(is_due(written));
  clock_.advance(500ms);
  EXPECT_FALSE(is_due(written));
  const FileStamp written_more = file(3, 0ms);
  EXPECT_FALSE(is_due(written_more));
  clock_.advance(750ms);
  EXPECT_FALSE(is_due(written_more));
  clock_.advance(250ms);
  EXPECT_TRUE(is_due(written_more));
  watch_.note_read({written_more});
  EXPECT_FALSE(is_due(written_more));
}

TEST_F(Watch, IsDueAtOnceWhereWhatIsMovedIntoPlaceWasComplete) {
  FileStamp moved = file(5, 2s);
  moved.inode = 2;
  EXPECT_TRUE(is_due(moved));
}

TEST_F(Watch, IsDueAtOnceWhereOnlyTheModeChanges) {
  FileStamp readable = first_;
  readable.changed_at = 7;
  EXPECT_TRUE(is_due(readable));
}

TEST_F(Watch, IsDueASecondAfterAFileWentAway) {
  const FileStamp gone{.path = "list"};
  EXPECT_FALSE(is_due(gone));
  clock_.advance(1s);
  EXPECT_TRUE(is_due(gone));
  watch_.note_read({gone});
  EXPECT_FALSE(is_due(gone)) << "it was tried";
}

TEST_F(Watch, IsDueTenSecondsAfterTheFirstChangeOfAFileThatKeepsChanging) {
  std::uint64_t size = 2;
  for (int round = 0; round < 2; ++round) {
    for (int i = 0; i < 20; ++i) {
      EXPECT_FALSE(is_due(file(++size, 0ms))) << i;
      clock_.advance(500ms);
    }
    const FileStamp last = file(++size, 0ms);
    EXPECT_TRUE(is_due(last));
    watch_.note_read({last});
  }
}

TEST_F(Watch, IsDueForAFileWhoseClockIsAheadOnceItStandsStill) {
  const FileStamp ahead = file(2, -1h);
  EXPECT_FALSE(is_due(ahead));
  clock_.advance(1s);
  EXPECT_TRUE(is_due(ahead));
}

}  // namespace
}  // namespace curt::limits
