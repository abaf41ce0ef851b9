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
  EXPECT_THAT(complaint(), Optional(HasSubstr("no file is left")));
}

TEST_F(EmptiedFiles, AreNoneWhereNothingWasReadBefore) {
  EXPECT_EQ(what_was_emptied({}, read()), std::nullopt);
  EXPECT_EQ(what_was_emptied({}, {}), std::nullopt);
}

}  // namespace
}  // namespace curt::limits
