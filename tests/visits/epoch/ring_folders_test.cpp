#include "curt/visits/epoch/ring_folders.hpp"

#include <filesystem>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "curt/base/machine.hpp"
#include "curt/visits/epoch/epoch_folder.hpp"

#include "support/chosen_random.hpp"
#include "support/temp_folder.hpp"
#include "support/visits/visit_batches.hpp"
#include "visits/epoch/ring_folder.hpp"

namespace curt::visits {
namespace {

namespace fs = std::filesystem;

class RingFolders : public testing::Test {
 protected:
  void make() {
    const EpochMeta meta{
        .opened_at = test::kVisitTime, .host = "here", .rings = 1, .ring_folder = {}, .boot_id = {}};
    auto folder = EpochFolder::prepare({folder_.path() / "data" / "visits", rings_}, random_, meta);
    if (!folder || !folder->publish()) throw std::runtime_error{"no folder"};
    std::ofstream{folder->ring(0)} << "x";
    path_ = folder->path();
    epoch_.emplace(std::move(*folder));
  }

  test::TempFolder folder_;
  fs::path rings_ = folder_.path() / "rings";
  fs::path path_;
  test::CountingRandom random_;
  std::optional<EpochFolder> epoch_;
};

TEST_F(RingFolders, AreSweptWhenTheirEpochsFolderWasRemoved) {
  make();
  epoch_.reset();
  EXPECT_EQ(sweep_ring_folders(rings_), 0U) << "its epoch is to be adopted";
  fs::remove_all(folder_.path() / "data");
  EXPECT_EQ(sweep_ring_folders(rings_), 1U);
  EXPECT_TRUE(fs::is_empty(rings_));
}

TEST_F(RingFolders, AreNotSweptWhileAProcessHasThem) {
  make();
  fs::remove_all(folder_.path() / "data");
  EXPECT_EQ(sweep_ring_folders(rings_), 0U);
  epoch_.reset();
  EXPECT_EQ(sweep_ring_folders(rings_), 1U);
}

TEST_F(RingFolders, AreNotSweptWhileTheirEpochIsBeingMade) {
  make();
  epoch_.reset();
  fs::rename(path_,
             path_.parent_path() / EpochFolder::unpublished_name(*EpochId::parse(path_.filename().string())));
  EXPECT_EQ(sweep_ring_folders(rings_), 0U);
}

TEST_F(RingFolders, AreNotSweptWhereAnotherDeviceLiesInTheEpochsPlace) {
  make();
  const fs::path rings = epoch_->ring(0).parent_path();
  epoch_.reset();
  fs::remove_all(folder_.path() / "data");
  std::ofstream{rings / RingHome::kFile} << "1 2 " << mount_namespace() << ' ' << path_.string() << "\n";
  EXPECT_EQ(sweep_ring_folders(rings_), 0U) << "a volume that is not mounted";
}

TEST_F(RingFolders, AreNotSweptWhereThePathMayNameAnotherFolder) {
  make();
  const fs::path home = epoch_->ring(0).parent_path() / RingHome::kFile;
  epoch_.reset();
  fs::remove_all(path_);
  std::string text;
  std::getline(std::ifstream{home}, text);
  std::ofstream{home} << std::string{text}.replace(text.find("mnt:["), 5, "mnt:[9") << "\n";
  EXPECT_EQ(sweep_ring_folders(rings_), 0U) << "of another mount namespace";
  std::ofstream{home} << text << "\n";
  fs::rename(path_.parent_path(), folder_.path() / "away");
  fs::create_directory(path_.parent_path());
  EXPECT_EQ(sweep_ring_folders(rings_), 0U) << "another folder of that name";
  fs::remove(path_.parent_path());
  fs::create_symlink(path_.parent_path(), path_.parent_path());
  EXPECT_EQ(sweep_ring_folders(rings_), 0U) << "it cannot be looked at";
  fs::remove(path_.parent_path());
  fs::rename(folder_.path() / "away", path_.parent_path());
  EXPECT_EQ(sweep_ring_folders(rings_), 1U);
}

TEST_F(RingFolders, AreNotMadeWhereAnotherProcessHasThem) {
  const fs::path rings = rings_ / test::epoch_of(9).str();
  const auto first = make_ring_folder(rings, folder_.path(), test::epoch_of(9));
  ASSERT_TRUE(first);
  EXPECT_FALSE(make_ring_folder(rings, folder_.path(), test::epoch_of(9)));
}

TEST_F(RingFolders, OfOthersAreNotSwept) {
  fs::create_directories(rings_ / "holiday");
  fs::create_directories(rings_ / test::epoch_of(9).str());
  EXPECT_EQ(sweep_ring_folders(rings_), 0U);
  EXPECT_TRUE(fs::exists(rings_ / "holiday"));
  EXPECT_EQ(sweep_ring_folders(rings_ / "none"), 0U);
}

}  // namespace
}  // namespace curt::visits
