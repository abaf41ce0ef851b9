#include "app/doctor/checks/files_check.hpp"

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/app/findings_text.hpp"
#include "support/temp_folder.hpp"

namespace curt::app {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::uint64_t kGibibyte = std::uint64_t{1} << 30U;

std::string room(const RoomFacts& facts, std::uint64_t rings = 32U << 20U, std::uint64_t spool = kGibibyte) {
  Findings findings;
  judge_room(facts, rings, spool, findings);
  return test::text_of(findings);
}

TEST(FilesCheck, ComparesRoomWithWhatVisitsMayTake) {
  EXPECT_THAT(room({.bytes = 10 * kGibibyte, .inodes = 1'000'000, .is_tmpfs = false}),
              AllOf(HasSubstr("ok: 10.0 GiB are left"), Not(HasSubstr("warning"))));
  EXPECT_THAT(room({.bytes = kGibibyte, .inodes = {}, .is_tmpfs = false}),
              HasSubstr("warning: 1.0 GiB are left"));
  EXPECT_THAT(
      room({.bytes = 1U << 20U, .inodes = {}, .is_tmpfs = false}),
      HasSubstr("error: the file system of the data folder has 1.0 MiB left, and the rings take 32.0 MiB"));
  EXPECT_THAT(room({.bytes = 10 * kGibibyte, .inodes = 7, .is_tmpfs = true}),
              AllOf(HasSubstr("only 7 files more"), HasSubstr("is in memory (tmpfs)")));
  EXPECT_TRUE(room_at("/dev/shm/not/there").is_tmpfs);
  EXPECT_GT(room_at("/").bytes, 0U);
  EXPECT_EQ(room_at("/").error, 0);
  EXPECT_EQ(room({.bytes = 0, .inodes = {}, .is_tmpfs = false, .error = EACCES}),
            "note: what room there is for the data folder cannot be told: Permission denied\n");
}

TEST(FilesCheck, CountsTheRoomThatARunningProcessGivesBack) {
  RoomFacts facts{.bytes = 16U << 20U, .inodes = {}, .is_tmpfs = true, .held = 48U << 20U};
  constexpr std::uint64_t kRings = 48U << 20U;
  EXPECT_THAT(room(facts, kRings),
              AllOf(HasSubstr("note: the file system of the data folder has 16.0 MiB left"),
                    Not(HasSubstr("error"))));
  Findings findings;
  judge_ring_room("/rings", facts, kRings, findings);
  EXPECT_THAT(test::text_of(findings),
              HasSubstr("note: /rings has 16.0 MiB left, and the rings take 48.0 MiB: "
                        "curt starts there once a running one has ended"));
  facts.held = 0;
  judge_ring_room("/rings", facts, kRings, findings);
  EXPECT_THAT(test::text_of(findings), HasSubstr("error: /rings has 16.0 MiB left"));
  facts.bytes = kRings;
  judge_ring_room("/rings", facts, kRings, findings);
  EXPECT_THAT(test::text_of(findings), HasSubstr("ok: rings lie in /rings, in memory"));
}

TEST(FilesCheck, ComparesTheLimitOfFilesWithTheConnections) {
  Findings findings;
  judge_file_limit(1024, 1000, findings);
  judge_file_limit(1064, 1000, findings);
  EXPECT_EQ(
      test::text_of(findings),
      "warning: 1024 files may be open, and 1000 connections need 1064 -> raise LimitNOFILE= or `ulimit "
      "-Hn`, or lower CURT_MAX_CONNECTIONS\n"
      "ok: 1064 files may be open, enough for 1000 connections\n");
}

TEST(FilesCheck, SaysThatVisitsCannotBeCounted) {
  const test::TempFolder top;
  Settings settings = default_settings();
  settings.data_dir = top.path().string();
  std::ofstream{top.path() / "visits"} << "x";
  Findings findings;
  check_files(settings, findings);
  EXPECT_THAT(test::text_of(findings),
              AllOf(HasSubstr("error: " + (top.path() / "visits").string() + " is no folder (CURT_DATA_DIR)"),
                    HasSubstr("cannot be counted: Not a directory")));
}

TEST(FilesCheck, SaysWhereRingsWouldLieAndWhy) {
  RingPlaceFacts facts;
  facts.container = "/.dockerenv";
  Findings findings;
  judge_ring_place(facts, findings);
  facts = {};
  facts.is_tmpfs = facts.is_data_local = true;
  facts.room = 100;
  judge_ring_place(facts, findings);
  EXPECT_THAT(
      test::text_of(findings),
      AllOf(HasSubstr(
                "note: rings would lie in the data folder, where requests may wait for the disk: this is a "
                "container: /.dockerenv"),
            HasSubstr("ok: rings would lie in memory, /dev/shm/curt-")));
}

TEST(FilesCheck, NamesWhatIsOpenToOthersAndWhatWasLeft) {
  const test::TempFolder top;
  Settings settings = default_settings();
  settings.data_dir = (top.path() / "data").string();
  settings.database_url = "sqlite:" + (top.path() / "curt.db").string();
  std::ofstream{top.path() / "curt.db"} << "x";
  fs::permissions(top.path() / "curt.db", fs::perms{0644});
  fs::create_directories(top.path() / "data/visits/0123456789abcdef0123456789abcdef");
  Findings findings;
  check_files(settings, findings);
  EXPECT_THAT(test::text_of(findings), AllOf(HasSubstr("curt.db is open to other users -> the next start"),
                                             HasSubstr("1 folder(s) in"), HasSubstr("files may be open")));
  EXPECT_EQ(fs::status(top.path() / "curt.db").permissions(), fs::perms{0644}) << "it changes nothing";
}

}  // namespace
}  // namespace curt::app
