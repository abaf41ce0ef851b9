#include "curt/visits/epoch/folder_census.hpp"

#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>

#include <gtest/gtest.h>

#include "curt/visits/epoch/epoch_folder.hpp"

#include "support/chosen_random.hpp"
#include "support/temp_folder.hpp"
#include "support/visits/visit_batches.hpp"

namespace curt::visits {
namespace {

namespace fs = std::filesystem;

TEST(FolderCensuses, TellFoldersInUseFromThoseThatAreLeft) {
  const test::TempFolder top;
  test::CountingRandom random;
  const auto make = [&] {
    EpochMeta meta;
    meta.opened_at = test::kVisitTime;
    auto folder = EpochFolder::prepare({top.path(), {}}, random, meta);
    if (!folder || !folder->publish()) throw std::runtime_error{"no folder"};
    return std::move(*folder);
  };
  const EpochFolder held = make();
  const fs::path left = make().path();
  std::ofstream{left / "ring-0"} << "0123456789";
  fs::create_directory(top.path() / test::epoch_of(77).str());
  fs::create_directory(top.path() / "holiday");
  const FolderCensus census = count_folders(top.path());
  EXPECT_EQ(census.in_use, 1U);
  EXPECT_EQ(census.left, 1U);
  EXPECT_EQ(census.strange, 1U);
  EXPECT_GT(census.left_bytes, 10U);
  EXPECT_EQ(count_folders(top.path() / "nowhere").left, 0U);
}

}  // namespace
}  // namespace curt::visits
