#include "curt/limits/blocklist/emptied_files.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_folder.hpp"

namespace curt::limits {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Optional;

class EmptiedFiles : public ::testing::Test {
 protected:
  EmptiedFiles() {
    write("a", "a.example\nb.example\n");
    write("b", "c.example\n");
    write("none", "# none yet\n");
    before_ = read();
  }

  void write(const std::string& name, std::string_view text) const {
    std::ofstream{folder_.path() / name, std::ios::binary} << text;
  }
  void remove(const std::string& name) const { fs::remove(folder_.path() / name); }

  [[nodiscard]] ListCounts read() const { return read_host_list({folder_.path().string()}).value().counts; }
  [[nodiscard]] std::optional<std::string> complaint() const { return what_was_emptied(before_, read()); }

  const test::TempFolder folder_;
  ListCounts before_;
};

TEST_F(EmptiedFiles, AreThoseThatHaveNoBytes) {
  write("a", "");
  EXPECT_THAT(complaint(), Optional(AllOf(HasSubstr("/a names no hosts"), HasSubstr("2 line(s)"))));
}

TEST_F(EmptiedFiles, AreThoseWithNothingButComments) {
  write("b", "# Title: hosts\n# Updated: now\n");
  EXPECT_THAT(complaint(), Optional(HasSubstr("/b names no hosts")));
}

TEST_F(EmptiedFiles, AreNotThoseThatHadNoHostsBefore) {
  write("none", "");
  write("new", "");
  EXPECT_EQ(complaint(), std::nullopt);
}

TEST_F(EmptiedFiles, AreNotThoseWithFewerHostsOrGoneWhileOthersRemain) {
  write("a", "b.example\n");
  remove("b");
  EXPECT_EQ(complaint(), std::nullopt);
}

TEST_F(EmptiedFiles, AreAllWhereNoneIsLeft) {
  for (const char* name : {"a", "b", "none"}) remove(name);
  EXPECT_THAT(complaint(),
              Optional(folder_.path().string() + " names no hosts now; it had 3 line(s) with hosts"));
}

TEST_F(EmptiedFiles, AreAllWhereNoneWithHostsIsLeft) {
  remove("a");
  remove("b");
  EXPECT_THAT(complaint(), Optional(HasSubstr(folder_.path().string() + " names no hosts now")));
}

TEST_F(EmptiedFiles, AreNoneWhereNothingWasReadBefore) {
  EXPECT_EQ(what_was_emptied({}, read()), std::nullopt);
  EXPECT_EQ(what_was_emptied({}, {}), std::nullopt);
}

/// Lists of several paths, each of which is judged by itself.
class EmptiedPaths : public ::testing::Test {
 protected:
  EmptiedPaths() {
    for (const std::string& folder : {first_, second_}) fs::create_directories(folder);
    write(first_ + "/one", "a.example\n");
    write(second_ + "/two", "b.example\nc.example\n");
    write(file_, "d.example\n");
    before_ = read();
  }

  static void write(const std::string& path, std::string_view text) {
    std::ofstream{path, std::ios::binary} << text;
  }

  [[nodiscard]] ListCounts read() const { return read_host_list({first_, second_, file_}).value().counts; }
  [[nodiscard]] std::optional<std::string> complaint() const { return what_was_emptied(before_, read()); }

  const test::TempFolder folder_;
  const std::string first_ = (folder_.path() / "first").string();
  const std::string second_ = (folder_.path() / "second").string();
  const std::string file_ = (folder_.path() / "file").string();
  ListCounts before_;
};

TEST_F(EmptiedPaths, AreFoldersThatLostTheirLastFileWhileOthersHaveHosts) {
  fs::remove(first_ + "/one");
  EXPECT_THAT(complaint(), Optional(AllOf(HasSubstr("/first names no hosts"), HasSubstr("1 line(s)"))));
}

TEST_F(EmptiedPaths, AreFoldersThatWereMadeNew) {
  fs::remove_all(second_);
  fs::create_directories(second_);
  EXPECT_THAT(complaint(), Optional(AllOf(HasSubstr("/second names no hosts"), HasSubstr("2 line(s)"))));
}

TEST_F(EmptiedPaths, AreFilesInWhosePlaceIsAnEmptyFolder) {
  fs::remove(file_);
  fs::create_directories(file_);
  EXPECT_THAT(complaint(), Optional(HasSubstr("/file names no hosts")));
}

TEST_F(EmptiedPaths, AreFoldersWhereOnlyFilesWithoutHostsAreLeft) {
  write(first_ + "/none", "# none yet\n");
  before_ = read();
  fs::remove(first_ + "/one");
  EXPECT_THAT(complaint(), Optional(HasSubstr("/first names no hosts")));
}

TEST_F(EmptiedPaths, AreNotFoldersWhereAnotherFileHasHosts) {
  fs::rename(first_ + "/one", first_ + "/other");
  EXPECT_EQ(complaint(), std::nullopt);
  write(second_ + "/more", "e.example\n");
  fs::remove(second_ + "/two");
  EXPECT_EQ(complaint(), std::nullopt);
}

TEST_F(EmptiedPaths, AreNotThoseThatHadNoHostsBefore) {
  fs::remove(first_ + "/one");
  before_ = read();
  EXPECT_EQ(complaint(), std::nullopt);
}

}  // namespace
}  // namespace curt::limits
