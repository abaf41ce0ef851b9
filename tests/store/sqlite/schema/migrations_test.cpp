#include "curt/store/sqlite/schema/migrations.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include "support/temp_folder.hpp"

namespace curt::store {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class SqliteMigrations : public testing::Test {
 protected:
  [[nodiscard]] std::string error_of_apply() const {
    const auto report = migrate_sqlite(file_, MigrateMode::apply);
    return report ? "" : report.error().detail;
  }

  test::TempFolder folder_;
  std::filesystem::path file_ = folder_.path() / "curt.db";
};

constexpr Migration kFirst{1, "0001_first", "CREATE TABLE first (id INTEGER) STRICT;"};
constexpr Migration kSecond{2, "0002_second",
                            "CREATE TABLE second (id INTEGER) STRICT; INSERT INTO first VALUES (7);"};
constexpr Migration kBroken{3, "0003_broken",
                            "INSERT INTO first VALUES (8); INSERT INTO nowhere VALUES (9);"};

TEST_F(SqliteMigrations, AreNumberedFromOneWithoutGaps) {
  const auto migrations = sqlite_migrations();
  ASSERT_FALSE(migrations.empty());
  for (std::size_t i = 0; i < migrations.size(); ++i) {
    EXPECT_EQ(migrations[i].number, static_cast<int>(i) + 1);
    EXPECT_THAT(migrations[i].sql, testing::AnyOf(HasSubstr("CREATE"), HasSubstr("ALTER")));
  }
}

TEST_F(SqliteMigrations, AreAppliedOnce) {
  const auto first = migrate_sqlite(file_, MigrateMode::apply).value();
  EXPECT_EQ(first.version_before, 0);
  EXPECT_EQ(first.steps.size(), sqlite_migrations().size());
  EXPECT_EQ(first.steps.front().name, "0001_links");
  const auto second = migrate_sqlite(file_, MigrateMode::apply).value();
  EXPECT_EQ(second.version_before, second.latest_version);
  EXPECT_THAT(second.steps, IsEmpty());
}

TEST_F(SqliteMigrations, CloseAnOlderFileToOtherUsers) {
  namespace fs = std::filesystem;
  ASSERT_TRUE(migrate_sqlite(file_, MigrateMode::apply));
  fs::permissions(file_, fs::perms{0644});
  const fs::path link = folder_.path() / "link.db";
  fs::create_symlink(file_, link);
  ASSERT_TRUE(migrate_sqlite(link, MigrateMode::dry_run));
  EXPECT_EQ(fs::status(file_).permissions(), fs::perms{0644}) << "a dry run changes nothing";
  SQLite::Database reader{file_.string()};
  reader.exec("SELECT count(*) FROM links");  // the log is there while the file is open
  ::testing::internal::CaptureStderr();
  ASSERT_TRUE(migrate_sqlite(link, MigrateMode::apply));
  const std::string warnings = ::testing::internal::GetCapturedStderr();
  EXPECT_THAT(warnings, HasSubstr("file=" + file_.string() + " mode=0644"));
  EXPECT_EQ(std::count(warnings.begin(), warnings.end(), '\n'), 1) << warnings;
  for (const char* ending : {"", "-wal", "-shm"}) {
    EXPECT_EQ(fs::status(file_.string() + ending).permissions(), fs::perms{0600}) << ending;
  }
  fs::permissions(file_, fs::perms{0640});
  ASSERT_TRUE(migrate_sqlite(file_, MigrateMode::apply));
  EXPECT_EQ(fs::status(file_).permissions(), fs::perms{0640}) << "somebody's choice";
}

TEST_F(SqliteMigrations, LeaveWhatIsNotOursOpenToOtherUsers) {
  namespace fs = std::filesystem;
  std::ofstream{file_}
      << "root:x:0:0:root:/root:/bin/bash, and more than a header of SQLite's, which has 100 bytes.....";
  fs::permissions(file_, fs::perms{0644});
  EXPECT_THAT(error_of_apply(), HasSubstr("is not an SQLite database"));
  EXPECT_EQ(fs::status(file_).permissions(), fs::perms{0644});
  fs::remove(file_);
  fs::create_directory(file_);
  fs::permissions(file_, fs::perms{0755});
  EXPECT_THAT(error_of_apply(), HasSubstr("is a folder"));
  EXPECT_EQ(fs::status(file_).permissions(), fs::perms{0755});
}

TEST_F(SqliteMigrations, ADryRunNamesWhatIsMissingAndChangesNothing) {
  const auto report = migrate_sqlite(file_, MigrateMode::dry_run).value();
  EXPECT_EQ(report.steps.size(), sqlite_migrations().size());
  EXPECT_FALSE(std::filesystem::exists(file_));

  const std::array both{kFirst, kSecond};
  ASSERT_TRUE(migrate_sqlite(file_, MigrateMode::apply, std::span{both}.first(1)));
  for (int run = 0; run < 2; ++run) {
    const auto pending = migrate_sqlite(file_, MigrateMode::dry_run, both).value();
    EXPECT_EQ(pending.version_before, 1);
    ASSERT_EQ(pending.steps.size(), 1U);
    EXPECT_EQ(pending.steps.front().number, 2);
  }
}

TEST_F(SqliteMigrations, GoOnFromTheVersionThatIsThere) {
  const std::array both{kFirst, kSecond};
  ASSERT_TRUE(migrate_sqlite(file_, MigrateMode::apply, std::span{both}.first(1)));
  const auto report = migrate_sqlite(file_, MigrateMode::apply, both).value();
  ASSERT_EQ(report.steps.size(), 1U);
  EXPECT_EQ(report.steps.front().name, "0002_second");
  SQLite::Database database{file_.string()};
  EXPECT_EQ(database.execAndGet("SELECT count(*) FROM first").getInt(), 1);
}

TEST_F(SqliteMigrations, BatchesThatWereCountedBeforeTheyCouldOverlapAreStillKnown) {
  ASSERT_TRUE(migrate_sqlite(file_, MigrateMode::apply, std::span{sqlite_migrations()}.first(5)));
  SQLite::Database database{file_.string(), SQLite::OPEN_READWRITE};
  database.exec(
      "INSERT INTO visit_batches VALUES ('a', 0, 0, 10, NULL), ('a', 0, 10, 5, 'damaged'), ('b', 1, 7, 1, "
      "NULL)");
  ASSERT_TRUE(migrate_sqlite(file_, MigrateMode::apply));
  SQLite::Statement rows{
      database,
      "SELECT group_concat(epoch || ring || ' ' || first || '+' || count || coalesce(reason, ''))"
      " FROM (SELECT * FROM visit_batches ORDER BY epoch, ring, first)"};
  ASSERT_TRUE(rows.executeStep());
  EXPECT_EQ(rows.getColumn(0).getString(), "a0 0+10,a0 10+5damaged,b1 7+1");
}

TEST_F(SqliteMigrations, LinksThatWereThereBeforeOwnersHaveNone) {
  ASSERT_TRUE(migrate_sqlite(file_, MigrateMode::apply, std::span{sqlite_migrations()}.first(8)));
  const char* insert =
      "INSERT INTO links (code, target, target_hash, tags, redirect_status, forward_query, enabled, "
      "created_at,"
      " updated_at, version) VALUES (?1, 'https://example.com/', 0, '[]', 302, 0, 1, 0, 0, 1)";
  SQLite::Database database{file_.string(), SQLite::OPEN_READWRITE};
  SQLite::Statement before{database, insert};
  before.bind(1, "before");
  before.exec();
  ASSERT_TRUE(migrate_sqlite(file_, MigrateMode::apply));
  SQLite::Statement after{database, insert};  // as the release before makes links
  after.bind(1, "after");
  after.exec();
  EXPECT_EQ(database.execAndGet("SELECT count(*) FROM links WHERE owner IS NULL").getInt(), 2);
  EXPECT_EQ(database.execAndGet("SELECT change FROM access_key_changes").getInt(), 0);
}

TEST_F(SqliteMigrations, VisitsThatWereThereBeforeImportsWereCountedHere) {
  ASSERT_TRUE(migrate_sqlite(file_, MigrateMode::apply, std::span{sqlite_migrations()}.first(9)));
  SQLite::Database database{file_.string(), SQLite::OPEN_READWRITE};
  database.exec("INSERT INTO visit_totals (code, humans, bots) VALUES ('before', 5, 2)");
  ASSERT_TRUE(migrate_sqlite(file_, MigrateMode::apply));
  database.exec(
      "INSERT INTO visit_totals (code, humans, bots) VALUES ('after', 1, 0)");  // by the release before
  EXPECT_EQ(database.execAndGet("SELECT sum(humans + bots) FROM visit_totals WHERE imported = 0").getInt(),
            8);
  EXPECT_EQ(database.execAndGet("SELECT humans + bots FROM visit_imports").getInt(), 0);
}

TEST_F(SqliteMigrations, AMigrationThatFailsLeavesNothingOfItself) {
  const std::array all{kFirst, kSecond, kBroken};
  const auto report = migrate_sqlite(file_, MigrateMode::apply, all);
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().detail, HasSubstr("nowhere"));
  SQLite::Database database{file_.string()};
  EXPECT_EQ(database.execAndGet("SELECT max(version) FROM schema_migrations").getInt(), 2);
  EXPECT_EQ(database.execAndGet("SELECT count(*) FROM first").getInt(), 1);
}

TEST_F(SqliteMigrations, ASchemaThatIsNewerThanTheBinaryIsRefused) {
  ASSERT_TRUE(migrate_sqlite(file_, MigrateMode::apply));
  SQLite::Database{file_.string(), SQLite::OPEN_READWRITE}.exec(
      "INSERT INTO schema_migrations VALUES (99, 'x', 0)");
  const std::string latest = std::to_string(sqlite_migrations().back().number);
  EXPECT_THAT(error_of_apply(),
              HasSubstr("is newer than this binary (99 > " + latest + "): use a newer curt"));
}

TEST_F(SqliteMigrations, ANewerSchemaWithWhichTheBinaryStillRunsIsLeftAsItIs) {
  ASSERT_TRUE(migrate_sqlite(file_, MigrateMode::apply));
  const int latest = sqlite_migrations().back().number;
  SQLite::Database{file_.string(), SQLite::OPEN_READWRITE}.exec(
      "INSERT INTO schema_migrations VALUES (99, 'x', 0); INSERT INTO schema_compatibility VALUES (99, " +
      std::to_string(latest) + ")");
  const auto report = migrate_sqlite(file_, MigrateMode::apply).value();
  EXPECT_EQ(report.version_before, 99);
  EXPECT_EQ(report.latest_version, latest);
  EXPECT_THAT(report.steps, IsEmpty());
  SQLite::Database{file_.string(), SQLite::OPEN_READWRITE}.exec(
      "INSERT INTO schema_migrations VALUES (100, 'y', 0); INSERT INTO schema_compatibility VALUES (100, "
      "99)");
  EXPECT_THAT(error_of_apply(), HasSubstr("is newer than this binary (100 > ")) << "one of two does not fit";
}

TEST_F(SqliteMigrations, SayWhichBinariesRunWithThem) {
  ASSERT_TRUE(migrate_sqlite(file_, MigrateMode::apply));
  SQLite::Database database{file_.string()};
  SQLite::Statement row{database,
                        "SELECT m.version, c.runs_from FROM schema_migrations AS m"
                        " LEFT JOIN schema_compatibility AS c ON c.version = m.version"
                        " WHERE m.version > 4"};
  while (row.executeStep()) {
    EXPECT_FALSE(row.isColumnNull(1)) << row.getColumn(0).getInt() << " does not say it";
    EXPECT_LT(row.getColumn(1).getInt(), row.getColumn(0).getInt());
  }
}

TEST_F(SqliteMigrations, AFileThatIsNoDatabaseIsRefusedAndLeftAlone) {
  const std::string text = "This is a letter, and no database at all. " + std::string(2000, '.');
  std::ofstream{file_} << text;
  EXPECT_EQ(error_of_apply(), file_.string() + " is not an SQLite database");
  std::string kept;
  std::getline(std::ifstream{file_}, kept);
  EXPECT_EQ(kept, text);
}

TEST_F(SqliteMigrations, TheDatabaseOfAnotherProgramIsRefusedAndLeftAlone) {
  SQLite::Database{file_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE}.exec(
      "CREATE TABLE songs (title)");
  EXPECT_EQ(error_of_apply(), file_.string() + " is the database of another program");
  SQLite::Database database{file_.string()};
  EXPECT_FALSE(database.tableExists("links"));
}

TEST_F(SqliteMigrations, AFolderInPlaceOfTheFileIsNamed) {
  std::filesystem::create_directory(file_);
  EXPECT_EQ(error_of_apply(), file_.string() + " is a folder, not a database file");
}

TEST_F(SqliteMigrations, AFolderThatCannotBeMadeIsNamed) {
  std::ofstream{folder_.path() / "file"} << "in the way";
  file_ = folder_.path() / "file" / "curt.db";
  EXPECT_THAT(error_of_apply(),
              HasSubstr("the folder " + (folder_.path() / "file").string() + " cannot be made"));
}

TEST_F(SqliteMigrations, AFolderThatCannotBeWrittenIsNamed) {
  file_ = "/proc/curt.db";  // refuses new files even to root
  EXPECT_EQ(error_of_apply(), "the folder /proc cannot be written");
}

TEST_F(SqliteMigrations, APlaceThatCannotHoldAWriteAheadLogIsRefused) {
  file_ = ":memory:";
  EXPECT_THAT(error_of_apply(), HasSubstr("cannot hold a write-ahead log"));
}

}  // namespace
}  // namespace curt::store
