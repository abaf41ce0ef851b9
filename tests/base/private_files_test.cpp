#include "curt/base/private_files.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_folder.hpp"

namespace curt {
namespace {

namespace fs = std::filesystem;

class PrivateFiles : public testing::Test {
 protected:
  [[nodiscard]] fs::path make(const char* name, unsigned mode) const {
    const fs::path file = folder_.path() / name;
    std::ofstream{file} << "x";
    fs::permissions(file, fs::perms{mode});
    return file;
  }

  static unsigned mode_of(const fs::path& file) {
    return static_cast<unsigned>(fs::status(file).permissions());
  }

  test::TempFolder folder_;
};

TEST_F(PrivateFiles, AreClosedToTheGroupTooWhereOthersHadAnyRight) {
  struct Case {
    unsigned before;
    unsigned after;
  };
  for (const auto& [before, after] : {Case{0644, 0600}, Case{0664, 0600}, Case{0601, 0600}, Case{0777, 0700},
                                      Case{0606, 0600}, Case{0444, 0400}}) {
    const fs::path file = make("file", before);
    const auto closed = close_to_others(file);
    ASSERT_TRUE(closed);
    EXPECT_EQ(closed->mode, before);
    EXPECT_FALSE(closed->error) << closed->error.message();
    EXPECT_EQ(mode_of(file), after);
    EXPECT_FALSE(close_to_others(file)) << "once";
    fs::remove(file);
  }
}

TEST_F(PrivateFiles, AreLeftToTheGroupWhereOthersHaveNoRight) {
  for (const unsigned mode : {0600U, 0640U, 0660U, 0400U, 0770U}) {
    const fs::path file = make("file", mode);
    EXPECT_FALSE(close_to_others(file));
    EXPECT_EQ(mode_of(file), mode);
    fs::remove(file);
  }
}

TEST_F(PrivateFiles, AreNeitherLinksNorDevicesNorWhatIsNotThere) {
  const fs::path file = make("file", 0644);
  fs::create_symlink(file, folder_.path() / "link");
  EXPECT_FALSE(close_to_others(folder_.path() / "link"));
  EXPECT_EQ(mode_of(file), 0644U);
  EXPECT_FALSE(close_to_others("/dev/null"));
  EXPECT_FALSE(close_to_others(folder_.path() / "missing"));
}

TEST_F(PrivateFiles, OfAFolderAreClosedTogether) {
  const fs::path top = folder_.path() / "visits";
  fs::create_directories(top / "epoch");
  fs::permissions(top, fs::perms{0755});
  fs::permissions(top / "epoch", fs::perms{0755});
  fs::create_directory_symlink("/", top / "elsewhere");
  const fs::path open = make("visits/epoch/drained", 0644);
  const fs::path closed = make("visits/epoch/ring-0", 0600);
  const fs::path groups = make("visits/epoch/meta", 0640);
  ::testing::internal::CaptureStderr();
  close_with_warning(everything_in(top));
  const std::string warning = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(mode_of(top), 0700U);
  EXPECT_EQ(mode_of(top / "epoch"), 0700U);
  EXPECT_EQ(mode_of(open), 0600U);
  EXPECT_EQ(mode_of(closed), 0600U);
  EXPECT_EQ(mode_of(groups), 0640U);
  EXPECT_NE(mode_of("/"), 0700U);
  EXPECT_THAT(warning, testing::AllOf(testing::HasSubstr("file=" + top.string() + " "),
                                      testing::HasSubstr("mode=0755"), testing::HasSubstr("files=3")));
  EXPECT_EQ(std::count(warning.begin(), warning.end(), '\n'), 1);
}

TEST_F(PrivateFiles, AreWhatThisProcessMakes) {
  EXPECT_EXIT(
      {
        make_new_files_private();
        const fs::path made = folder_.path() / "made";
        std::ofstream{made} << "x";
        fs::create_directory(folder_.path() / "below");
        const bool all = mode_of(made) == 0600 && mode_of(folder_.path() / "below") == 0700;
        std::_Exit(all ? 0 : 1);
      },
      testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace curt
