#include "visits/forward/stream_room.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace curt::visits {
namespace {

constexpr std::uint64_t kKibibyte = 1024;
constexpr std::uint64_t kMebibyte = 1024 * kKibibyte;

EncodedBatch batch_of_bytes(std::uint64_t bytes) {
  EncodedBatch batch;
  batch.encoded_counts = std::string(bytes / 4, 'c');
  batch.encoded_details = std::string(bytes - bytes / 4, 'd');
  return batch;
}

/// How many such batches a room takes until it is full.
int fill(StreamRoom& room, const EncodedBatch& batch) {
  int taken = 0;
  for (; taken < 10'000 && room.has_room_for(batch); ++taken) room.took(batch);
  return taken;
}

TEST(StreamRoom, IsBoundedInEntries) {
  StreamRoom room{10, kMebibyte};
  room.was_told({.entries = 3, .bytes = 0, .memory_limit = {}});
  EXPECT_EQ(room.batches(), 7U);
  EXPECT_EQ(fill(room, batch_of_bytes(100)), 7);
  EXPECT_EQ(room.batches(), 0U);
}

TEST(StreamRoom, IsBoundedInBytes) {
  StreamRoom room{10'000, kMebibyte};
  room.was_told({.entries = 0, .bytes = 0, .memory_limit = {}});
  EXPECT_EQ(fill(room, batch_of_bytes(100 * kKibibyte)), 8)
      << "with a fourth more for what the server rounds up";
  EXPECT_LE(room.bytes(), kMebibyte);
  room.was_told({.entries = 4, .bytes = kMebibyte / 2, .memory_limit = {}});
  EXPECT_EQ(room.batches(), 4U);
}

TEST(StreamRoom, IsAQuarterOfTheServersMemoryWhereThatIsLess) {
  StreamRoom room{10'000, kMebibyte};
  room.was_told({.entries = 0, .bytes = 0, .memory_limit = 2 * kMebibyte});
  EXPECT_EQ(fill(room, batch_of_bytes(100 * kKibibyte)), 4);
  room.was_told({.entries = 0, .bytes = 0, .memory_limit = 1024 * kMebibyte});
  EXPECT_EQ(fill(room, batch_of_bytes(100 * kKibibyte)), 8);
}

TEST(StreamRoom, OfAnEmptyStreamIsEnoughForABatchOfAnySize) {
  StreamRoom room{10'000, kMebibyte};
  room.was_told({.entries = 0, .bytes = 700, .memory_limit = kMebibyte});
  EXPECT_EQ(fill(room, batch_of_bytes(300 * kKibibyte)), 1);
}

TEST(StreamRoom, IsSharedByProcessesThatAllHaveMuchToDeliver) {
  const EncodedBatch batch = batch_of_bytes(2 * kKibibyte);
  std::vector<StreamRoom> rooms(16, StreamRoom{10'000, kMebibyte});
  std::uint64_t entries = 0;
  const auto bytes = [&] { return 2 * kKibibyte * entries; };
  bool more = true;
  for (int turn = 0; more; ++turn) {
    ASSERT_LT(turn, 1000);
    more = false;
    for (StreamRoom& room : rooms) {
      room.was_told({.entries = entries, .bytes = bytes(), .memory_limit = {}});
    }
    for (StreamRoom& room : rooms) {
      while (!room.is_stale() && room.has_room_for(batch)) {
        room.took(batch);
        ++entries;
        more = true;
      }
    }
  }
  EXPECT_GT(bytes(), kMebibyte * 9 / 10);
  EXPECT_LT(bytes(), kMebibyte * 11 / 10);
}

TEST(StreamRoom, IsAskedAboutAgainOnceASixteenthOfItWasTaken) {
  StreamRoom room{160, kMebibyte};
  EXPECT_FALSE(room.is_stale());
  room.was_told({.entries = 0, .bytes = 0, .memory_limit = {}});
  for (int i = 0; i < 9; ++i) room.took(batch_of_bytes(10));
  EXPECT_FALSE(room.is_stale());
  room.took(batch_of_bytes(10));
  EXPECT_TRUE(room.is_stale()) << "in entries";
  room.was_told({.entries = 10, .bytes = 0, .memory_limit = {}});
  EXPECT_FALSE(room.is_stale());
  room.took(batch_of_bytes(kMebibyte / 16));
  EXPECT_TRUE(room.is_stale()) << "in bytes";
  room.was_told({.entries = 160, .bytes = 0, .memory_limit = {}});
  EXPECT_FALSE(room.is_stale()) << "nothing is left to take, and nothing was taken";
}

TEST(StreamRoom, IsReckonedByItsOwnBatchesWhereTheServerDoesNotTell) {
  StreamRoom room{10'000, kMebibyte};
  const VisitStream::Length silent{.entries = 0, .bytes = {}, .memory_limit = {}};
  room.was_told(silent);
  EXPECT_EQ(fill(room, batch_of_bytes(100 * kKibibyte)), 8);
  room.was_told({.entries = 6, .bytes = {}, .memory_limit = {}});
  EXPECT_GT(room.bytes(), 600 * kKibibyte);
  EXPECT_EQ(room.batches(), 2U);
  room.was_told({.entries = 100, .bytes = {}, .memory_limit = {}});
  EXPECT_EQ(room.batches(), 0U) << "those of others count as large";
}

}  // namespace
}  // namespace curt::visits
