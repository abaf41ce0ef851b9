#include "app/instance/serve_lists.hpp"

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/captured_log.hpp"
#include "support/temp_folder.hpp"

namespace curt::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ServedLists : public ::testing::Test {
 protected:
  std::string write(const std::string& name, std::string_view text) {
    std::ofstream{folder_.path() / name} << text;
    return (folder_.path() / name).string();
  }

  /// What the log says at the start, but for that the lists are read.
  std::vector<std::string> warnings() {
    const test::CapturedLog log;
    Ground ground;
    ServeLists lists{settings_, ground};
    EXPECT_TRUE(lists.open());
    EXPECT_THAT(log.lines({"the lists of hosts are read"}), SizeIs(1));
    return log.lines({kNothingBlocked, kAllBlocked});
  }

  static constexpr std::string_view kNothingBlocked =
      "the blocklist names no hosts: nothing is blocked (setting blocklist, CURT_BLOCKLIST)";
  static constexpr std::string_view kAllBlocked =
      "the allowlist names no hosts, and allow_only is set: every host is blocked (setting allowlist, "
      "CURT_ALLOWLIST)";

  const test::TempFolder folder_;
  Settings settings_ = default_settings();
};

TEST_F(ServedLists, WarnAtTheStartThatNothingIsBlocked) {
  settings_.blocklist = {write("blocked", "")};
  EXPECT_THAT(warnings(), ElementsAre(kNothingBlocked));
  settings_.blocklist = {(folder_.path() / "folder").string()};
  std::filesystem::create_directories(settings_.blocklist.front());
  EXPECT_THAT(warnings(), ElementsAre(kNothingBlocked));
}

TEST_F(ServedLists, WarnAtTheStartThatEveryHostIsBlocked) {
  settings_.blocklist = {write("blocked", "")};
  settings_.allowlist = {write("allowed", "# none yet\n")};
  settings_.allow_only = true;
  EXPECT_THAT(warnings(), ElementsAre(kAllBlocked));
}

TEST_F(ServedLists, WarnOfNothingWhereTheyHaveHosts) {
  settings_.blocklist = {write("blocked", "a.example\n")};
  settings_.allowlist = {write("allowed", "# none yet\n")};
  EXPECT_THAT(warnings(), IsEmpty());
  settings_.blocklist = {};
  settings_.allowlist = {write("allowed", "b.example\n")};
  settings_.allow_only = true;
  EXPECT_THAT(warnings(), IsEmpty());
}

}  // namespace
}  // namespace curt::app
