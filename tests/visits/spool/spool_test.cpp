#include "curt/visits/spool/spool.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

#include "support/temp_folder.hpp"
#include "support/visits/spools.hpp"
#include "support/visits/visit_batches.hpp"

// What is appended is there again after the process ended anywhere, in order, within its room.

namespace curt::visits {
namespace {

namespace fs = std::filesystem;
using test::all_of;
using test::append;
using test::batch_of;
using test::epoch_of;
using test::files_of;
using test::kSpoolEpoch;
using test::open_spool;
using test::settle;
using test::TempFolder;

void flip(const fs::path& file, std::uintmax_t offset) {
  std::fstream stream{file, std::ios::in | std::ios::out | std::ios::binary};
  stream.seekg(static_cast<std::streamoff>(offset));
  const char byte = static_cast<char>(stream.get() ^ 0x20);
  stream.seekp(static_cast<std::streamoff>(offset));
  stream.put(byte);
}

TEST(Spool, GivesBackInOrderWhatWasAppended) {
  TempFolder folder;
  const auto spool = open_spool(folder.path() / "spool");
  append(*spool, 0, 3);
  append(*spool, 10, 2);
  const auto batches = all_of(*spool);
  ASSERT_EQ(batches.size(), 2U);
  EXPECT_EQ(decode(batches[0].batch.encoded_counts, batches[0].batch.encoded_details),
            batch_of(kSpoolEpoch, 0, 3));
  EXPECT_EQ(decode(batches[1].batch.encoded_counts, batches[1].batch.encoded_details),
            batch_of(kSpoolEpoch, 10, 2));
  EXPECT_EQ(spool->appended_through(0), 12U);
  EXPECT_EQ(spool->figures().visits, 5U);
  EXPECT_EQ(spool->figures().oldest, test::kVisitTime);
  EXPECT_EQ(spool->read(batches[0].position.next(), 1).value().front().position, batches[1].position);
}

TEST(Spool, TakesABatchThatItHasWithoutASecondCopy) {
  TempFolder folder;
  const auto spool = open_spool(folder.path());
  append(*spool, 0, 3);
  append(*spool, 0, 3);
  EXPECT_EQ(all_of(*spool).size(), 1U);
}

TEST(Spool, HasEverythingAgainAfterItsProcessEnded) {
  TempFolder folder;
  {
    const auto spool = open_spool(folder.path());
    append(*spool, 0, 3);
    append(*spool, 5, 4, 1);
  }
  const auto spool = open_spool(folder.path());
  EXPECT_EQ(all_of(*spool).size(), 2U);
  EXPECT_EQ(spool->appended_through(0), 3U);
  EXPECT_EQ(spool->appended_through(1), 9U);
  EXPECT_EQ(spool->figures().dropped, 0U);
}

TEST(Spool, CutsOffAFrameThatWasBeingWrittenWhereverItEnds) {
  TempFolder folder;
  {
    const auto spool = open_spool(folder.path() / "whole");
    append(*spool, 0, 2);
    append(*spool, 2, 3);
  }
  const auto counts = files_of(folder.path() / "whole", ".counts").at(0);
  const auto size = fs::file_size(counts);
  std::uintmax_t first_end = 0;
  for (std::uintmax_t cut = size - 1; cut > 0; --cut) {
    const fs::path copy = folder.path() / "copy";
    fs::remove_all(copy);
    fs::copy(folder.path() / "whole", copy);
    fs::resize_file(copy / counts.filename(), cut);
    const auto spool = open_spool(copy);
    const auto batches = all_of(*spool);
    ASSERT_LE(batches.size(), 1U) << "cut at " << cut;
    if (first_end == 0 && batches.empty()) first_end = cut + 1;
    EXPECT_EQ(spool->appended_through(0), batches.empty() ? 0U : 2U);
    EXPECT_EQ(spool->figures().dropped, 0U);
    append(*spool, batches.empty() ? 0 : 2, 7);
    EXPECT_EQ(all_of(*spool).size(), batches.size() + 1) << "cut at " << cut;
  }
  EXPECT_GT(first_end, 0U);
  EXPECT_LT(first_end, size);
}

TEST(Spool, SkipsAFrameThatIsDamagedAndCountsItsVisitsAsDropped) {
  TempFolder folder;
  {
    const auto spool = open_spool(folder.path());
    append(*spool, 0, 2);
    append(*spool, 2, 3);
    append(*spool, 5, 4);
  }
  const auto counts = files_of(folder.path(), ".counts").at(0);
  flip(counts, fs::file_size(counts) / 2);
  for (int opening = 0; opening < 2; ++opening) {
    const auto spool = open_spool(folder.path());
    const auto batches = all_of(*spool);
    ASSERT_EQ(batches.size(), 2U);
    EXPECT_EQ(batches[0].batch.id.first, 0U);
    EXPECT_EQ(batches[1].batch.id.first, 5U);
    EXPECT_EQ(spool->figures().dropped, 3U) << "the same however often it is opened";
  }
  const auto spool = open_spool(folder.path());
  settle(*spool, all_of(*spool));
  EXPECT_EQ(spool->figures().dropped, 3U) << "also when the segment has gone";
}

TEST(Spool, FindsTheNextFrameBehindADamagedHeader) {
  TempFolder folder;
  {
    const auto spool = open_spool(folder.path());
    append(*spool, 0, 2);
    append(*spool, 2, 3);
  }
  flip(files_of(folder.path(), ".counts").at(0), 1);
  const auto spool = open_spool(folder.path());
  ASSERT_EQ(all_of(*spool).size(), 1U);
  EXPECT_EQ(all_of(*spool).front().batch.id.first, 2U);
}

TEST(Spool, GivesCountsWithoutDetailsThatAreMissing) {
  TempFolder folder;
  {
    const auto spool = open_spool(folder.path());
    append(*spool, 0, 2);
  }
  fs::resize_file(files_of(folder.path(), ".details").at(0), 5);
  const auto spool = open_spool(folder.path());
  EXPECT_TRUE(all_of(*spool).at(0).batch.encoded_details.empty());
  EXPECT_EQ(spool->figures().undetailed, 2U);
}

TEST(Spool, IsEmptyOnTheDiskWhenAllIsSettledAndIdle) {
  TempFolder folder;
  const auto spool = open_spool(folder.path(), {.idle = std::chrono::hours{1}, .fault_point = {}});
  append(*spool, 0, 2);
  settle(*spool, all_of(*spool));
  spool->tidy(Spool::Tidy::when_idle);
  EXPECT_EQ(files_of(folder.path(), ".counts").size(), 1U) << "it may be needed in a moment";
  EXPECT_EQ(spool->confirmed(0), 0U) << "its batch is still kept";
  spool->tidy(Spool::Tidy::now);
  EXPECT_EQ(files_of(folder.path(), ".counts").size(), 0U);
  EXPECT_EQ(files_of(folder.path(), ".details").size(), 0U);
  EXPECT_EQ(spool->figures().bytes, 0U);
  EXPECT_EQ(spool->confirmed(0), 2U);
  EXPECT_EQ(spool->figures().oldest, std::nullopt);
}

TEST(Spool, RemembersHowFarItCameWhenNothingIsKept) {
  TempFolder folder;
  {
    const auto spool = open_spool(folder.path());
    append(*spool, 0, 2);
    settle(*spool, all_of(*spool));
    spool->tidy(Spool::Tidy::now);
  }
  const auto spool = open_spool(folder.path());
  EXPECT_EQ(spool->appended_through(0), 2U) << "else the ring would be read again";
  EXPECT_EQ(spool->confirmed(0), 2U);
  EXPECT_EQ(spool->figures().appended, 2U);
}

TEST(Spool, RemovesASegmentWithItsLastBatch) {
  TempFolder folder;
  const auto spool = open_spool(folder.path(), {.segment_bytes = 1, .fault_point = {}});
  for (std::uint64_t i = 0; i < 4; ++i) append(*spool, 10 * i, 2);
  EXPECT_EQ(files_of(folder.path(), ".counts").size(), 4U);
  const auto batches = all_of(*spool);
  settle(*spool, {batches[1]});
  EXPECT_EQ(files_of(folder.path(), ".counts").size(), 3U);
  EXPECT_EQ(spool->confirmed(0), 0U);
  settle(*spool, {batches[0]});
  EXPECT_EQ(spool->confirmed(0), 20U);
  EXPECT_EQ(all_of(*spool).size(), 2U);
  EXPECT_EQ(spool->read_one(batches[0].position).value(), std::nullopt);
  EXPECT_EQ(spool->read_one(batches[2].position).value()->batch.id.first, 20U);
}

TEST(Spool, GivesUpTheOldestDetailsWhenItIsFull) {
  TempFolder folder;
  const EncodedBatch one = encode(batch_of(kSpoolEpoch, 0, 100));
  const std::uint64_t each = one.encoded_counts.size() + one.encoded_details.size() + 32;
  const auto options = SpoolOptions{.bytes = 4 * each, .segment_bytes = 1, .fault_point = {}};
  {
    const auto spool = open_spool(folder.path(), options);
    for (std::uint64_t i = 0; i < 6; ++i) append(*spool, 100 * i, 100);
    const auto batches = all_of(*spool);
    ASSERT_EQ(batches.size(), 6U);
    EXPECT_TRUE(batches[0].batch.encoded_details.empty());
    EXPECT_FALSE(batches[0].batch.encoded_counts.empty());
    EXPECT_FALSE(batches[5].batch.encoded_details.empty());
    EXPECT_LE(spool->figures().bytes, options.bytes);
    EXPECT_GE(spool->figures().undetailed, 200U);
  }
  const auto spool = open_spool(folder.path(), options);
  EXPECT_EQ(all_of(*spool).size(), 6U);
  const auto before = spool->figures().undetailed;
  EXPECT_EQ(before % 100, 0U);
  settle(*spool, all_of(*spool));
  EXPECT_EQ(spool->figures().undetailed, before);
}

TEST(Spool, RefusesWhenNoDetailsAreLeftToGiveUp) {
  TempFolder folder;
  const EncodedBatch one = encode(batch_of(kSpoolEpoch, 0, 100));
  const auto spool = open_spool(
      folder.path(), {.bytes = 3 * (one.encoded_counts.size() + 32), .segment_bytes = 1, .fault_point = {}});
  std::uint64_t taken = 0;
  while (taken < 10 && spool->append(encode(batch_of(kSpoolEpoch, 100 * taken, 100)))) ++taken;
  EXPECT_GE(taken, 2U);
  EXPECT_LT(taken, 10U);
  const auto refused = spool->append(encode(batch_of(kSpoolEpoch, 100 * taken, 100)));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::unavailable);
  EXPECT_EQ(spool->appended_through(0), 100 * taken);
  EXPECT_EQ(spool->figures().undetailed, 100 * taken);
  settle(*spool, all_of(*spool));
  append(*spool, 100 * taken, 100);
}

TEST(Spool, LeavesTheFilesAsTheyWereWhereTheDiskIsFull) {
  ASSERT_TRUE(fs::exists("/dev/full"));
  TempFolder folder;
  const auto spool = open_spool(folder.path());
  fs::create_symlink("/dev/full", folder.path() / "0000000000.details");
  EXPECT_FALSE(spool->append(encode(batch_of(kSpoolEpoch, 0, 2))));
  EXPECT_EQ(spool->appended_through(0), 0U);
  EXPECT_EQ(fs::file_size(folder.path() / "0000000000.counts"), 0U);
}

TEST(Spool, LosesABatchThatCannotBeReadBack) {
  TempFolder folder;
  const auto spool = open_spool(folder.path());
  append(*spool, 0, 2);
  spool->lose(all_of(*spool).at(0).position);
  EXPECT_TRUE(all_of(*spool).empty());
  EXPECT_EQ(spool->figures().dropped, 2U);
  EXPECT_EQ(spool->figures().batches, 0U);
}

TEST(Spool, RefusesABatchOfAnotherEpoch) {
  TempFolder folder;
  const auto spool = open_spool(folder.path());
  EXPECT_FALSE(spool->append(encode(batch_of(epoch_of(8), 0, 2))));
}

}  // namespace
}  // namespace curt::visits
