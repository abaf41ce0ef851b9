#include "app/transfer/writing/output_file.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_folder.hpp"

namespace curt::app {
namespace {

namespace fs = std::filesystem;

class Output : public testing::Test {
 protected:
  [[nodiscard]] fs::path path(const std::string& name) const { return folder_.path() / name; }

  [[nodiscard]] std::string text_of(const std::string& name) const {
    std::ifstream in{path(name)};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

  /// Writes the text to the file of this name, and completes it.
  void write(const std::string& name, const std::string& text) const {
    OutputFile file{path(name)};
    ASSERT_TRUE(file.open());
    file.stream() << text << std::flush;
    ASSERT_TRUE(file.complete());
  }

  const test::TempFolder folder_;
};

TEST_F(Output, HasItsNameOnceItIsComplete) {
  OutputFile file{path("out")};
  ASSERT_TRUE(file.open());
  file.stream() << "text" << std::flush;
  EXPECT_FALSE(fs::exists(path("out")));
  ASSERT_TRUE(file.complete());
  EXPECT_EQ(text_of("out"), "text");
  EXPECT_FALSE(fs::exists(path("out.part")));
}

TEST_F(Output, LeavesNothingWhereItIsNotCompleted) {
  write("out", "earlier");
  {
    OutputFile file{path("out")};
    ASSERT_TRUE(file.open());
    file.stream() << "half" << std::flush;
  }
  EXPECT_EQ(text_of("out"), "earlier");
  EXPECT_FALSE(fs::exists(path("out.part")));
}

TEST_F(Output, GoesWhereASymbolicLinkLeads) {
  write("there", "earlier");
  fs::create_symlink("there", path("link"));
  write("link", "text");
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_EQ(text_of("there"), "text");
}

TEST_F(Output, MakesTheFileToWhichASymbolicLinkLeads) {
  fs::create_symlink("new", path("link"));
  write("link", "text");
  EXPECT_TRUE(fs::is_symlink(path("link")));
  EXPECT_EQ(text_of("new"), "text");
}

TEST_F(Output, SaysWhyItCannotBeWritten) {
  OutputFile nowhere{path("none/out")};
  EXPECT_THAT(nowhere.open().error().detail,
              testing::EndsWith("none/out cannot be written: No such file or directory"));
  fs::create_directory(path("folder"));
  OutputFile file{path("out")};
  ASSERT_TRUE(file.open());
  fs::create_directory(path("out"));
  EXPECT_THAT(file.complete().error().detail, testing::HasSubstr("out cannot be written: "));
}

}  // namespace
}  // namespace curt::app
