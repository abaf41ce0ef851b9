#include "visits/spool/spool_state.hpp"

#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "support/temp_folder.hpp"

namespace curt::visits {
namespace {

namespace fs = std::filesystem;

class SpoolStates : public testing::Test {
 protected:
  void save(std::uint64_t appended) {
    state_.facts.appended = appended;
    ASSERT_TRUE(state_.save());
  }

  void sync() {
    state_.begin_sync();
    state_.end_sync(state_.sync());
  }

  [[nodiscard]] std::string bytes() const {
    std::ifstream file{file_, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
  }

  /// What a loss of power leaves at worst: the blocks that were not written since the file was as in
  /// `synced`.
  [[nodiscard]] std::uint64_t appended_of_blocks_as_in(const std::string& synced) const {
    constexpr std::size_t kBlock = 4096;
    std::string left = bytes();
    for (std::size_t at = 0; at < left.size(); at += kBlock) {
      if (left.compare(at, kBlock, synced, at, kBlock) != 0) left.replace(at, kBlock, kBlock, 'x');
    }
    const fs::path file = folder_.path() / "left";
    std::ofstream{file, std::ios::binary} << left;
    return SpoolState::open(file).value().facts.appended;
  }

  test::TempFolder folder_;
  fs::path file_ = folder_.path() / "state";
  SpoolState state_ = SpoolState::open(file_).value();
};

TEST_F(SpoolStates, AreTheLastThatWasSaved) {
  for (std::uint64_t i = 1; i <= 7; ++i) {
    save(i);
    EXPECT_EQ(SpoolState::open(file_).value().facts.appended, i);
    if (i % 3 == 0) sync();
  }
}

TEST_F(SpoolStates, KeepWhatIsOnTheDiskThroughSavesWithoutASync) {
  save(1);
  sync();
  const std::string synced = bytes();
  for (std::uint64_t i = 2; i <= 5; ++i) {
    save(i);
    EXPECT_EQ(appended_of_blocks_as_in(synced), 1U) << i;
  }
}

TEST_F(SpoolStates, KeepWhatIsBeingSyncedThroughSavesMeanwhile) {
  save(1);
  sync();
  save(2);
  state_.begin_sync();
  const std::string syncing = bytes();
  for (std::uint64_t i = 3; i <= 5; ++i) {
    save(i);
    EXPECT_EQ(appended_of_blocks_as_in(syncing), 2U) << i;
  }
  state_.end_sync(0);
  save(6);
  EXPECT_EQ(appended_of_blocks_as_in(syncing), 2U);
}

TEST_F(SpoolStates, KeepWhatWasSyncedBeforeOneThatFailed) {
  save(1);
  sync();
  const std::string synced = bytes();
  save(2);
  state_.begin_sync();
  state_.end_sync(EIO);
  for (std::uint64_t i = 3; i <= 5; ++i) {
    save(i);
    EXPECT_EQ(appended_of_blocks_as_in(synced), 1U) << i;
  }
}

}  // namespace
}  // namespace curt::visits
