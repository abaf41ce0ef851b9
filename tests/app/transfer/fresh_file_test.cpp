#include "app/transfer/fresh_file.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gtest/gtest.h>

#include "app/transfer/rejected_lines.hpp"
#include "support/temp_folder.hpp"

namespace curt::app {
namespace {

namespace fs = std::filesystem;

std::string content_of(const fs::path& file) {
  std::ifstream in{file};
  return {std::istreambuf_iterator<char>{in}, {}};
}

class FreshFiles : public testing::Test {
 protected:
  [[nodiscard]] fs::perms mode() const { return fs::status(file_).permissions(); }

  test::TempFolder folder_;
  fs::path file_ = folder_.path() / "links.csv.part";
  fs::path other_ = folder_.path() / "other";
};

TEST_F(FreshFiles, AreReadableForTheirUserAloneWhateverWasThere) {
  std::ofstream{file_} << "old and longer";
  fs::permissions(file_, fs::perms{0644});
  FreshFile fresh;
  ASSERT_TRUE(fresh.create(file_));
  fresh.stream() << "new" << std::flush;
  EXPECT_TRUE(fresh.sync());
  EXPECT_EQ(content_of(file_), "new");
  EXPECT_EQ(mode(), fs::perms{0600});
}

TEST_F(FreshFiles, AreNotWrittenThroughALink) {
  std::ofstream{other_} << "precious";
  fs::create_symlink(other_, file_);
  FreshFile fresh;
  ASSERT_TRUE(fresh.create(file_));
  fresh.stream() << "new" << std::flush;
  EXPECT_EQ(content_of(other_), "precious");
  EXPECT_FALSE(fs::is_symlink(file_));
}

TEST_F(FreshFiles, DoNotTakeThePlaceOfWhatTheShellHasOpened) {
  EXPECT_TRUE(is_special_file("/dev/null"));
  EXPECT_TRUE(is_special_file("/dev/stderr")) << "wherever it leads to";
  std::ofstream{file_} << "line\n";
  EXPECT_FALSE(is_special_file(file_));
  EXPECT_FALSE(is_special_file(other_));
}

TEST_F(FreshFiles, SayWhyTheyCannotBeMade) {
  fs::create_directory(file_);
  FreshFile fresh;
  const auto made = fresh.create(file_);
  ASSERT_FALSE(made);
  EXPECT_NE(made.error().detail, "");
  EXPECT_FALSE(fresh.is_open());
  EXPECT_FALSE(FreshFile{}.create(folder_.path() / "none" / "file"));
}

TEST_F(FreshFiles, LeaveDevicesAsTheyAre) {
  EXPECT_TRUE(is_special_file("/dev/null"));
  FreshFile null;
  ASSERT_TRUE(null.open_special("/dev/null"));
  null.stream() << "new" << std::flush;
  EXPECT_TRUE(null.stream());
}

TEST_F(FreshFiles, HoldRejectedLinesToo) {
  RejectedLines rejected{file_};
  ASSERT_TRUE(rejected.start());
  fs::create_symlink(other_, file_);  // to a file that is not there
  ASSERT_TRUE(rejected.add({.line = 1, .text = "x"}, "it is no URL"));
  ASSERT_TRUE(rejected.flush());
  EXPECT_FALSE(fs::exists(other_));
  EXPECT_EQ(content_of(file_), "# line 1: it is no URL\nx\n");
  EXPECT_EQ(mode(), fs::perms{0600});
}

}  // namespace
}  // namespace curt::app
