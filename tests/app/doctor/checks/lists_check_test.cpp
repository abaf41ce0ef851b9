#include "app/doctor/checks/lists_check.hpp"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/base/clock.hpp"

#include "support/app/findings_text.hpp"
#include "support/temp_folder.hpp"

namespace curt::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class ListsCheck : public ::testing::Test {
 protected:
  std::string write(const std::string& name, std::string_view text) {
    std::ofstream{folder_.path() / name} << text;
    return (folder_.path() / name).string();
  }

  /// Has the file be so many hours old, and a bit.
  static void age(const std::string& file, std::chrono::hours hours) {
    std::filesystem::last_write_time(
        file, std::filesystem::file_time_type::clock::now() - hours - std::chrono::minutes{1});
  }

  [[nodiscard]] std::string found(std::chrono::hours later = {}) const {
    Findings findings;
    check_lists(settings_, SystemClock{}.now() + later, findings);
    return test::text_of(findings);
  }

  test::TempFolder folder_;
  Settings settings_ = default_settings();
};

TEST_F(ListsCheck, SaysNothingWhereNoneIsNamed) { EXPECT_EQ(found(), ""); }

TEST_F(ListsCheck, TellsHowManyHostsThereAre) {
  settings_.blocklist = {write("blocked", "a.example\nb.example\n")};
  settings_.allowlist = {write("allowed", "c.example\n")};
  EXPECT_THAT(found(), AllOf(HasSubstr("ok: CURT_BLOCKLIST: 2 host(s) in 1 file(s)"),
                             HasSubstr("ok: CURT_ALLOWLIST: 1 host(s)"), Not(HasSubstr("days old"))));
}

TEST_F(ListsCheck, WouldNotStartWithoutAFile) {
  settings_.blocklist = {(folder_.path() / "missing").string()};
  EXPECT_THAT(found(), AllOf(HasSubstr("error: CURT_BLOCKLIST"), HasSubstr("missing cannot be read")));
}

TEST_F(ListsCheck, WarnsOfAListWithoutHosts) {
  settings_.blocklist = {write("blocked", "# nothing\n")};
  EXPECT_THAT(found(), HasSubstr("warning: CURT_BLOCKLIST: 0 host(s)"));
}

TEST_F(ListsCheck, NotesLinesThatCannotBeReadAndOldFiles) {
  settings_.blocklist = {write("blocked", "a.example\nhttp://x/y\n")};
  EXPECT_THAT(found(std::chrono::hours{24 * 45 + 1}),
              AllOf(HasSubstr("note: CURT_BLOCKLIST: 1 line(s) cannot be read"), HasSubstr("blocked:2"),
                    HasSubstr("blocked is 45 days old"), Not(HasSubstr("the oldest"))));
}

TEST_F(ListsCheck, TellsNoAgeWhereThereIsNoFile) {
  settings_.blocklist = {folder_.path().string()};
  EXPECT_THAT(
      found(std::chrono::hours{24 * 45}),
      AllOf(HasSubstr("warning: CURT_BLOCKLIST: 0 host(s) in 0 file(s)"), Not(HasSubstr("days old"))));
}

TEST_F(ListsCheck, NamesAnOldFileBesideAFreshOne) {
  write("fresh", "a.example\n");
  age(write("dead", "b.example\n"), std::chrono::hours{24 * 90});
  settings_.blocklist = {folder_.path().string()};
  EXPECT_THAT(found(), AllOf(HasSubstr("note: CURT_BLOCKLIST: "), HasSubstr("/dead is 90 days old"),
                             Not(HasSubstr("the oldest")), Not(HasSubstr("fresh"))));
}

TEST_F(ListsCheck, NamesTheOldestOfSeveralOldFiles) {
  write("fresh", "a.example\n");
  age(write("old", "b.example\n"), std::chrono::hours{24 * 40});
  age(write("oldest", "c.example\n"), std::chrono::hours{24 * 90});
  settings_.blocklist = {folder_.path().string()};
  EXPECT_THAT(found(),
              HasSubstr("/oldest is 90 days old, the oldest of 2 files that are 30 days old or more"));
}

TEST_F(ListsCheck, NotesThatOnlyAllowedHostsAreLedTo) {
  settings_.allowlist = {write("allowed", "c.example\n")};
  settings_.allow_only = true;
  EXPECT_THAT(found(), HasSubstr("hosts on the allowlist alone"));
}

}  // namespace
}  // namespace curt::app
