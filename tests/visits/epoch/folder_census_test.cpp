#include "curt/visits/epoch/folder_census.hpp"

#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <system_error>

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

TEST(FolderCensuses, SayWhyAFolderCannotBeListed) {
  const test::TempFolder top;
  std::ofstream{top.path() / "file"} << "x";
  EXPECT_EQ(count_folders(top.path() / "file").error, std::errc::not_a_directory);
  EXPECT_FALSE(count_folders(top.path()).error);
  EXPECT_FALSE(count_folders(top.path() / "nowhere").error);
}

TEST(FolderCensuses, AddUpTheRingsOfRunningProcesses) {
  const test::TempFolder top;
  test::CountingRandom random;
  const auto make = [&](const fs::path& rings) {
    EpochMeta meta;
    meta.opened_at = test::kVisitTime;
    meta.rings = 1;
    auto folder = EpochFolder::prepare({top.path() / "visits", rings}, random, meta);
    if (!folder) throw std::runtime_error{"no folder"};
    std::ofstream{folder->ring(0)} << "0123456789";
    if (!folder->publish()) throw std::runtime_error{"no folder"};
    return std::move(*folder);
  };
  const EpochFolder beside = make("");
  const EpochFolder elsewhere = make(top.path() / "rings");
  static_cast<void>(make(""));
  static_cast<void>(make(top.path() / "rings"));
  EXPECT_EQ(bytes_of_rings_in_use(top.path() / "visits"), 10U);
  EXPECT_EQ(bytes_of_rings_in_use(top.path() / "rings"), 10U);
  EXPECT_EQ(bytes_of_rings_in_use(top.path() / "nowhere"), 0U);
}

}  // namespace
}  // namespace curt::visits
