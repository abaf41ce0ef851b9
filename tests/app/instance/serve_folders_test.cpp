#include "app/instance/serve_folders.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_folder.hpp"

namespace curt::app {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

class ServeFolders : public testing::Test {
 protected:
  ServeFolders() {
    settings_.data_dir = (top_.path() / "data").string();
    settings_.database_url = "sqlite:" + (top_.path() / "db" / "curt.db").string();
    settings_.ring_dir = (top_.path() / "rings").string();
  }

  [[nodiscard]] std::string problem() const {
    const auto opened = open_serve_folders(settings_);
    return opened ? "" : opened.error().detail;
  }

  static fs::perms mode_of(const fs::path& file) { return fs::status(file).permissions(); }

  test::TempFolder top_;
  Settings settings_ = default_settings();
};

TEST_F(ServeFolders, AreThoseThatTheSettingsNameEachOnce) {
  EXPECT_EQ(serve_folders(settings_).size(), 4U);
  settings_ = default_settings();
  ASSERT_EQ(serve_folders(settings_).size(), 2U) << "the database lies in the data folder";
  EXPECT_EQ(serve_folders(settings_).front().path, "data");
  EXPECT_EQ(serve_folders(settings_).back().path, "data/visits");
  settings_.database_url = "sqlite:curt.db";
  EXPECT_EQ(serve_folders(settings_).back().path, ".");
  settings_.database_url = "postgresql://db/curt";
  settings_.ring_dir = "";
  EXPECT_EQ(serve_folders(settings_).size(), 2U);
}

TEST_F(ServeFolders, AreMadeForThisUserAlone) {
  settings_.data_dir = (top_.path() / "a" / "b").string();
  EXPECT_EQ(problem(), "");
  for (const char* made : {"a", "a/b", "a/b/visits", "db", "rings"}) {
    EXPECT_EQ(mode_of(top_.path() / made), fs::perms::owner_all) << made;
  }
}

TEST_F(ServeFolders, AreRefusedWhereAnybodyMayWrite) {
  for (const char* name : {"data", "data/visits", "db", "rings"}) {
    ASSERT_EQ(problem(), "");
    fs::permissions(top_.path() / name, fs::perms{01777});
    EXPECT_THAT(problem(),
                AllOf(HasSubstr("mode 1777"), HasSubstr("chmod o-w " + (top_.path() / name).string()),
                      HasSubstr("(setting ")));
    fs::permissions(top_.path() / name, fs::perms{0755});
  }
  EXPECT_EQ(problem(), "");
  fs::permissions(top_.path() / "rings", fs::perms{0777});
  EXPECT_THAT(problem(), HasSubstr("(setting ring_dir, CURT_RING_DIR)"));
}

TEST_F(ServeFolders, AreOneWarningEachWhereTheGroupMayWrite) {
  ASSERT_EQ(problem(), "");
  fs::permissions(top_.path() / "data", fs::perms{0770});
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(problem(), "");
  const std::string warnings = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(warnings.begin(), warnings.end(), '\n'), 1);
  EXPECT_THAT(warnings, AllOf(HasSubstr("may write to"), HasSubstr("setting=data_dir")));
}

TEST_F(ServeFolders, AreThoseThatLinksLeadTo) {
  ASSERT_EQ(problem(), "");
  fs::create_directory(top_.path() / "open");
  fs::permissions(top_.path() / "open", fs::perms{0777});
  fs::create_symlink("../open/curt.db", top_.path() / "db" / "curt.db");
  EXPECT_THAT(problem(), AllOf(HasSubstr("anybody may write to"), HasSubstr("open (it belongs"),
                               HasSubstr("(setting database_url")));
  fs::permissions(top_.path() / "open", fs::perms{0700});
  EXPECT_EQ(problem(), "");
  fs::remove(top_.path() / "open");
  EXPECT_THAT(problem(), HasSubstr("open is missing, to which a symbolic link leads"));
  EXPECT_FALSE(fs::exists(top_.path() / "open")) << "a volume may only be unmounted";
  fs::remove(top_.path() / "db" / "curt.db");
  fs::create_symlink("curt.db", top_.path() / "db" / "curt.db");
  EXPECT_EQ(problem(), "") << "a link to itself is for the database to refuse";
}

TEST_F(ServeFolders, AreOneWarningForAParentInWhichAnybodyMayRenameThem) {
  settings_.data_dir = (top_.path() / "above" / "data").string();
  ASSERT_EQ(problem(), "");
  fs::permissions(top_.path() / "above", fs::perms{0777});
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(problem(), "");
  const std::string warnings = ::testing::internal::GetCapturedStderr();
  EXPECT_EQ(std::count(warnings.begin(), warnings.end(), '\n'), 1);
  EXPECT_THAT(warnings, HasSubstr("chmod o-w " + (top_.path() / "above").string()));
}

TEST_F(ServeFolders, AreRefusedWhereTheyAreNoneOrCannotBeMade) {
  std::ofstream{top_.path() / "data"} << "x";
  EXPECT_THAT(problem(), HasSubstr("data is no folder (setting data_dir"));
  settings_.data_dir = (top_.path() / "data" / "below").string();
  EXPECT_THAT(problem(), HasSubstr("cannot be made: Not a directory"));
  settings_.data_dir = (top_.path() / "rings").string();
  fs::create_directory(top_.path() / "rings");
  std::ofstream{top_.path() / "rings" / "visits"} << "x";
  EXPECT_THAT(problem(), HasSubstr("visits is no folder (setting data_dir"));
}

TEST_F(ServeFolders, AreClosedWithAllThatVisitsHaveAndNothingElse) {
  ASSERT_EQ(problem(), "");
  const std::string epoch = "0123456789abcdef0123456789abcdef";
  for (const char* parent : {"data/visits", "rings"}) {
    fs::create_directories(top_.path() / parent / epoch);
    std::ofstream{top_.path() / parent / epoch / "drained"} << "x";
    fs::permissions(top_.path() / parent / epoch / "drained", fs::perms{0644});
    fs::permissions(top_.path() / parent / epoch, fs::perms{0755});
  }
  std::ofstream{top_.path() / "rings" / "somebody's"} << "x";
  fs::permissions(top_.path() / "rings" / "somebody's", fs::perms{0644});
  fs::permissions(top_.path() / "rings", fs::perms{0755});
  ::testing::internal::CaptureStderr();
  EXPECT_EQ(problem(), "");
  EXPECT_THAT(::testing::internal::GetCapturedStderr(), HasSubstr("data/visits"));
  EXPECT_EQ(mode_of(top_.path() / "data/visits" / epoch / "drained"), fs::perms{0600});
  EXPECT_EQ(mode_of(top_.path() / "rings" / epoch / "drained"), fs::perms{0600});
  EXPECT_EQ(mode_of(top_.path() / "rings" / epoch), fs::perms{0700});
  EXPECT_EQ(mode_of(top_.path() / "rings"), fs::perms{0755});
  EXPECT_EQ(mode_of(top_.path() / "rings" / "somebody's"), fs::perms{0644});
}

}  // namespace
}  // namespace curt::app
