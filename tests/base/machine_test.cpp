#include "curt/base/machine.hpp"

#include <gtest/gtest.h>

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

TEST(Machine, FindsTheNearestFolderThatIsThere) {
  EXPECT_EQ(nearest_existing("/proc/self/no/such/folder"), "/proc/self");
  EXPECT_EQ(nearest_existing("/no-such-folder"), "/");
}

}  // namespace
}  // namespace curt
