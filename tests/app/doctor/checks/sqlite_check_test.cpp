#include "app/doctor/checks/sqlite_check.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "support/app/findings_text.hpp"
#include "support/temp_folder.hpp"

namespace curt::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string judged(const store::SqliteFacts& facts) {
  Findings findings;
  judge_sqlite("curt.db", facts, findings);
  return test::text_of(findings);
}

TEST(SqliteCheck, SaysWhatTheFactsMean) {
  store::SqliteFacts facts;
  facts.bytes = 3U << 20U;
  facts.schema.emplace();
  facts.schema->version_before = facts.schema->latest_version = 8;
  facts.damage = "";
  EXPECT_EQ(judged(facts),
            "ok: curt.db is a database of curt, 3.0 MiB\nok: its schema is at version 8, the latest\n"
            "ok: it has no damage that a quick check finds\n");
  facts.is_in_use = true;
  facts.damage = "row 7 missing from index";
  facts.log_bytes = std::uint64_t{1} << 30U;
  facts.schema->version_before = 6;
  facts.schema->steps = {{7, "0007_past_epochs"}, {8, "0008_statistics"}};
  EXPECT_THAT(judged(facts),
              AllOf(HasSubstr("another process has open"), HasSubstr("by 0007_past_epochs, 0008_statistics"),
                    HasSubstr("warning: it is damaged: row 7"), HasSubstr("has grown to 1.0 GiB")));
  facts.damage.reset();
  facts.schema->version_before = 9;
  EXPECT_THAT(judged(facts),
              AllOf(HasSubstr("note: it was not checked"), HasSubstr("newer than this binary's 8")));
}

TEST(SqliteCheck, JudgesNoFileBesideWhichAKilledProcessLeftALog) {
  store::SqliteFacts facts;
  facts.bytes = 4096;
  facts.log_bytes = 3U << 20U;
  EXPECT_EQ(
      judged(facts),
      "note: curt.db, 4.0 KiB: a process that was killed left a write-ahead log of 3.0 MiB; the next start "
      "takes it in, and only then can the schema and damage be told"
      " -> keep curt.db-wal with the file: it may hold the latest links\n");
}

TEST(SqliteCheck, LooksAtTheFileAndMakesNone) {
  const test::TempFolder top;
  const std::filesystem::path file = top.path() / "curt.db";
  Findings findings;
  check_sqlite(file, findings);
  EXPECT_THAT(test::text_of(findings), HasSubstr("is not there yet and will be made"));
  EXPECT_FALSE(std::filesystem::exists(file));
  std::ofstream{file} << std::string(200, 'x');
  check_sqlite(file, findings);
  EXPECT_THAT(test::text_of(findings), HasSubstr("is not an SQLite database"));
}

std::string checked(const std::filesystem::path& file) {
  Findings findings;
  check_sqlite(file, findings);
  return test::text_of(findings);
}

TEST(SqliteCheck, TellsAnEmptyFileFromADatabase) {
  const test::TempFolder top;
  const std::filesystem::path file = top.path() / "curt.db";
  std::ofstream{file}.close();
  EXPECT_THAT(checked(file),
              AllOf(HasSubstr("warning: " + file.string() + " is empty (0 bytes)"),
                    HasSubstr("put a copy of the database in its place"), Not(HasSubstr("version 0"))));
}

TEST(SqliteCheck, WaitsForNothingThatIsNoRegularFile) {
  const test::TempFolder top;
  const std::filesystem::path pipe = top.path() / "pipe.db";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(checked(pipe), HasSubstr("error: " + pipe.string() + " is a named pipe, not a database file"));
  EXPECT_THAT(checked("/dev/null"), HasSubstr("error: /dev/null is a device, not a database file"));
  EXPECT_THAT(checked(top.path()), HasSubstr("is a folder, not a database file"));
}

TEST(SqliteCheck, JudgesNoPlaceThatCannotBeLookedAt) {
  const test::TempFolder top;
  const std::filesystem::path loop = top.path() / "loop.db";
  std::filesystem::create_symlink(loop, loop);
  EXPECT_THAT(checked(loop),
              AllOf(HasSubstr("error: " + loop.string() + " cannot be looked at: Too many levels"),
                    Not(HasSubstr("0 bytes")), Not(HasSubstr("of this machine alone"))));
}

}  // namespace
}  // namespace curt::app
