#include "curt/base/machine.hpp"

#include <filesystem>
#include <string>

#include <gtest/gtest.h>

#include "support/temp_folder.hpp"

namespace curt {
namespace {

TEST(Machine, NamesItsBootTheSameEachTime) {
  EXPECT_FALSE(boot_id().empty());
  EXPECT_EQ(boot_id(), boot_id());
}

TEST(Machine, TellsAFileSystemOfItsOwnFromOthers) {
  EXPECT_TRUE(is_on_local_file_system("/dev/shm")) << "a tmpfs";
  EXPECT_TRUE(is_on_local_file_system("/dev/shm/not/there/yet"));
  EXPECT_FALSE(is_on_local_file_system("/proc/self")) << "keeps nothing";
}

TEST(Machine, NamesItsMountNamespace) { EXPECT_NE(mount_namespace().find("mnt:["), std::string::npos); }

TEST(Machine, TakesWhatCannotBeLookedAtForThere) {
  const test::TempFolder folder;
  const auto loop = folder.path() / "loop";
  std::filesystem::create_symlink(loop, loop);
  EXPECT_EQ(nearest_existing(loop), loop);
}

TEST(Machine, FindsTheNearestFolderThatIsThere) {
  EXPECT_EQ(nearest_existing("/proc/self/no/such/folder"), "/proc/self");
  EXPECT_EQ(nearest_existing("/no-such-folder"), "/");
}

}  // namespace
}  // namespace curt
