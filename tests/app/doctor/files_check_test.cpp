#include "app/doctor/files_check.hpp"

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

std::string judged(const ServeFolder& folder) {
  Findings findings;
  judge_folder(folder, findings);
  return test::text_of(findings);
}

std::string room(const RoomFacts& facts, std::uint64_t rings = 32U << 20U, std::uint64_t spool = kGibibyte) {
  Findings findings;
  judge_room(facts, rings, spool, findings);
  return test::text_of(findings);
}

TEST(FilesCheck, JudgesAFolderAsServeDoes) {
  const test::TempFolder top;
  const auto data = [&top](const char* name) { return ServeFolder{top.path() / name, "data_dir"}; };
  fs::create_directory(top.path() / "data");
  fs::permissions(top.path() / "data", fs::perms{0750});
  EXPECT_THAT(judged(data("data")),
              AllOf(HasSubstr("ok: "), HasSubstr("(CURT_DATA_DIR) belongs to"), HasSubstr("0750")));
  fs::permissions(top.path() / "data", fs::perms{0770});
  EXPECT_THAT(judged(data("data")), AllOf(HasSubstr("warning: the group"), HasSubstr("chmod g-w")));
  fs::permissions(top.path() / "data", fs::perms{01777});
  EXPECT_THAT(judged(data("data")), AllOf(HasSubstr("error: anybody may write"), HasSubstr("chmod o-w")));
  EXPECT_THAT(judged(data("new")), HasSubstr("is not there yet and will be made"));
  EXPECT_FALSE(fs::exists(top.path() / "new"));
  std::ofstream{top.path() / "file"} << "x";
  EXPECT_THAT(judged(data("file")), HasSubstr("error: "));
}

TEST(FilesCheck, ComparesRoomWithWhatVisitsMayTake) {
  EXPECT_THAT(room({.bytes = 10 * kGibibyte, .inodes = 1'000'000, .is_tmpfs = false}),
              AllOf(HasSubstr("ok: 10.0 GiB are left"), Not(HasSubstr("warning"))));
  EXPECT_THAT(room({.bytes = kGibibyte, .inodes = {}, .is_tmpfs = false}),
              HasSubstr("warning: 1.0 GiB are left"));
  EXPECT_THAT(room({.bytes = 1U << 20U, .inodes = {}, .is_tmpfs = false}),
              HasSubstr("error: 1.0 MiB are left"));
  EXPECT_THAT(room({.bytes = 10 * kGibibyte, .inodes = 7, .is_tmpfs = true}),
              AllOf(HasSubstr("only 7 files more"), HasSubstr("is in memory (tmpfs)")));
  EXPECT_TRUE(room_at("/dev/shm/not/there").is_tmpfs);
  EXPECT_GT(room_at("/").bytes, 0U);
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
  settings.max_connections = 1'000'000'000;
  std::ofstream{top.path() / "curt.db"} << "x";
  fs::permissions(top.path() / "curt.db", fs::perms{0644});
  fs::create_directories(top.path() / "data/visits/0123456789abcdef0123456789abcdef");
  Findings findings;
  check_files(settings, findings);
  EXPECT_THAT(
      test::text_of(findings),
      AllOf(HasSubstr("curt.db is open to other users -> the next start"), HasSubstr("1 folder(s) in"),
            HasSubstr("files may be open, and 1000000000 connections need")));
  EXPECT_EQ(fs::status(top.path() / "curt.db").permissions(), fs::perms{0644}) << "it changes nothing";
}

}  // namespace
}  // namespace curt::app
