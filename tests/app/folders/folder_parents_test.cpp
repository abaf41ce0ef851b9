#include "app/folders/folder_parents.hpp"

#include <array>
#include <filesystem>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_folder.hpp"

namespace curt::app {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class FolderParents : public testing::Test {
 protected:
  FolderParents() {
    fs::create_directories(top_ / "open/inner/data");
    fs::permissions(top_ / "open", fs::perms{0777});
  }

  static std::vector<fs::path> parents_of(const fs::path& folder) {
    const std::array folders{folder};
    return open_parents(folders);
  }

  const test::TempFolder folder_;
  const fs::path top_ = folder_.path();
};

TEST_F(FolderParents, AreFoundUpToTheRoot) {
  EXPECT_THAT(parents_of(top_ / "open/inner/data"), Contains(top_ / "open"));
  EXPECT_THAT(parents_of(top_ / "open/inner/data/not/there/"), Contains(top_ / "open"));
  EXPECT_THAT(parents_of(top_ / "open"), Not(Contains(top_ / "open"))) << "that is judged by itself";
  fs::permissions(top_ / "open", fs::perms{0770});
  EXPECT_THAT(parents_of(top_ / "open/inner/data"), Not(Contains(top_ / "open")));
}

TEST_F(FolderParents, MayHaveTheStickyBit) {
  fs::permissions(top_ / "open", fs::perms{01777});
  EXPECT_THAT(parents_of(top_ / "open/inner/data"), Not(Contains(top_ / "open")));
  EXPECT_THAT(parents_of("/tmp/curt"), Not(Contains("/tmp")));
}

TEST_F(FolderParents, AreThoseOfASymbolicLinkAndOfWhereItLeads) {
  fs::create_directory(top_ / "other");
  fs::create_directory_symlink(top_ / "open/inner/data", top_ / "other/data");
  EXPECT_THAT(parents_of(top_ / "other/data"), Contains(top_ / "open"));
  fs::permissions(top_ / "open", fs::perms{0700});
  fs::permissions(top_ / "other", fs::perms{0777});
  EXPECT_THAT(parents_of(top_ / "other/data"), Contains(top_ / "other"));
}

TEST_F(FolderParents, AreNamedOnceForSeveralFolders) {
  const std::array folders{top_ / "open/inner/data", top_ / "open/inner"};
  const std::vector<fs::path> found = open_parents(folders);
  EXPECT_EQ(std::ranges::count(found, top_ / "open"), 1);
  EXPECT_THAT(
      problem_of_parent(top_ / "open"),
      AllOf(HasSubstr("mode 0777"), HasSubstr("chmod o-w " + (top_ / "open").string() + ", or chmod +t ")));
}

}  // namespace
}  // namespace curt::app
