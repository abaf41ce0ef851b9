#include "visits/drain/drain_recovered.hpp"

#include <fstream>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "support/fakes/fake_batch_sink.hpp"
#include "support/temp_folder.hpp"
#include "support/visits/some_record.hpp"

namespace curt::visits {
namespace {

using test::FakeBatchSink;
using test::some_record;

class DrainRecoveredTest : public testing::Test {
 protected:
  /// What a process leaves that has pushed so many visits.
  void leave(int visits, std::uint8_t use = kVisit | kAccessLine) {
    auto ring = RequestRing::create(file_, 64);
    for (int i = 0; i < visits; ++i) {
      RequestRecord visit = some_record();
      visit.use = use;
      ring.value()->push(visit);
      RequestRecord line = some_record();
      line.use = kAccessLine;
      ring.value()->push(line);
    }
  }
  result<RecoveredVisits> drain(std::uint64_t from = 0, bool are_bots = false) {
    auto ring = RequestRing::recover(file_);
    BatcherOptions options;
    options.visits = 4;
    const IsBot is_bot = [are_bots](std::string_view) { return are_bots; };
    return drain_recovered(*ring.value(), 5, from, {}, sink_, options, is_bot);
  }
  /// How many of the visits that the sink has are bots'.
  [[nodiscard]] std::uint64_t bots() const {
    std::uint64_t all = 0;
    for (const Batch& batch : sink_.batches()) {
      for (const VisitCount& count : batch.counts) all += count.bots;
    }
    return all;
  }

  curt::test::TempFolder folder_;
  std::filesystem::path file_ = folder_.path() / "ring-5";
  FakeBatchSink sink_;
};

TEST_F(DrainRecoveredTest, DeliversWhatADeadProcessLeft) {
  leave(10);
  const auto drained = drain();
  ASSERT_TRUE(drained);
  EXPECT_EQ(drained->visits, 10U);
  EXPECT_EQ(drained->damaged, 0U);
  EXPECT_EQ(sink_.total(), 10U);
  EXPECT_EQ(sink_.batches().size(), 3U);
  EXPECT_EQ(sink_.batches().front().id.ring, 5);
  EXPECT_EQ(RequestRing::recover(file_).value()->size(), 0U);
}

TEST_F(DrainRecoveredTest, JudgesTheUserAgentOfAGet) {
  leave(3);
  ASSERT_TRUE(drain(0, true));
  EXPECT_EQ(bots(), 3U);
}

TEST_F(DrainRecoveredTest, JudgesTheUserAgentOfNoOtherMethod) {
  leave(3, kVisit | kUnjudged);
  ASSERT_TRUE(drain(0, true));
  EXPECT_EQ(sink_.total(), 3U);
  EXPECT_EQ(bots(), 0U);
}

TEST_F(DrainRecoveredTest, BeginsWhereItIsTold) {
  leave(10);  // a visit in each even position
  const auto drained = drain(13);
  ASSERT_TRUE(drained);
  EXPECT_EQ(drained->visits, 3U);
  EXPECT_EQ(sink_.batches().front().id.first, 14U);
  EXPECT_EQ(RequestRing::recover(file_).value()->size(), 0U);
}

TEST_F(DrainRecoveredTest, DeliversNothingTwice) {
  leave(10);
  ASSERT_TRUE(drain());
  const auto again = drain();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->visits, 0U);
  EXPECT_EQ(sink_.total(), 10U);
}

TEST_F(DrainRecoveredTest, ContinuesBehindWhatTheSinkHasThoughItWasNotFreed) {
  leave(10);
  Batch batch;
  batch.id = {.epoch = {}, .ring = 5, .first = 0, .positions = 7};  // four visits and three lines
  batch.counts = {{.code = ShortCode::from_valid("abc"), .hour = 0, .humans = 4, .bots = 0}};
  ASSERT_TRUE(sink_.append(encode(batch)));
  ASSERT_TRUE(drain());
  EXPECT_EQ(sink_.total(), 10U);
}

TEST_F(DrainRecoveredTest, MayBeCalledAgainAfterAnError) {
  leave(10);
  sink_.fail(true);
  EXPECT_FALSE(drain());
  EXPECT_EQ(RequestRing::recover(file_).value()->size(), 20U);
  sink_.fail(false);
  ASSERT_TRUE(drain());
  EXPECT_EQ(sink_.total(), 10U);
}

TEST_F(DrainRecoveredTest, LeavesOutWhatNoRingOfOursWouldHold) {
  leave(3);
  {
    std::fstream file{file_, std::ios::in | std::ios::out | std::ios::binary};
    file.seekp(4096 + 2 * 1024 + 8);  // the time of the second visit
    file.write("\xff\xff\xff\xff\xff\xff\xff\x7f", 8);
    file.seekp(4096 + 4 * 1024 + 52);  // the code of the third
    file.write("\0\0", 2);
  }
  const auto drained = drain();
  ASSERT_TRUE(drained);
  EXPECT_EQ(drained->visits, 1U);
  EXPECT_EQ(drained->damaged, 2U);
  EXPECT_EQ(sink_.total(), 1U);
}

}  // namespace
}  // namespace curt::visits
