#include "curt/store/sqlite/schema/inspection.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "curt/store/sqlite/schema/migrations.hpp"

#include "support/temp_folder.hpp"

namespace curt::store {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class SqliteInspections : public testing::Test {
 protected:
  void make() const { ASSERT_TRUE(migrate_sqlite(file_, MigrateMode::apply)); }

  [[nodiscard]] std::string refusal() const {
    const auto facts = inspect_sqlite(file_);
    return facts ? "" : facts.error().detail;
  }

  /// The files of the folder, with size and time of the last change.
  [[nodiscard]] std::vector<std::string> contents() const {
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator{folder_.path()}) {
      all.push_back(fmt::format("{} {} {}", entry.path().string(),
                                entry.is_regular_file() ? entry.file_size() : 0,
                                entry.last_write_time().time_since_epoch().count()));
    }
    std::sort(all.begin(), all.end());
    return all;
  }

  test::TempFolder folder_;
  fs::path file_ = folder_.path() / "100% of #1?.db";
};

TEST_F(SqliteInspections, DoNotWaitForANamedPipe) {
  ASSERT_EQ(::mkfifo(file_.c_str(), 0600), 0);
  EXPECT_THAT(refusal(), HasSubstr("is no regular file"));
}

TEST_F(SqliteInspections, TellWhatAWellFileIs) {
  make();
  const auto before = contents();
  const auto facts = inspect_sqlite(file_);
  ASSERT_TRUE(facts) << facts.error().detail;
  EXPECT_EQ(facts->bytes, fs::file_size(file_));
  ASSERT_TRUE(facts->schema);
  EXPECT_EQ(facts->schema->version_before, facts->schema->latest_version);
  EXPECT_TRUE(facts->schema->steps.empty());
  EXPECT_EQ(facts->damage, "");
  EXPECT_FALSE(facts->is_in_use);
  EXPECT_EQ(contents(), before) << "nothing is made and nothing written";
}

TEST_F(SqliteInspections, JudgeNoFileBesideWhichAKilledProcessLeftALog) {
  make();
  const fs::path copy = folder_.path() / "copy.db";
  {
    SQLite::Database writer{file_.string(), SQLite::OPEN_READWRITE};
    // A schema that this binary is too old for, in the log alone.
    writer.exec(
        "INSERT INTO schema_migrations VALUES (99, 'later', 0);"
        "INSERT INTO schema_compatibility VALUES (99, 99)");
    for (const char* ending : {"", "-wal", "-shm"})
      fs::copy_file(file_.string() + ending, copy.string() + ending);
  }
  // Power was lost while the log went into the file: the log mends what is torn.
  std::fstream torn{copy, std::ios::in | std::ios::out | std::ios::binary};
  torn.seekp(4096);
  torn << std::string(4096, '\xaa');
  torn.close();
  const auto before = contents();
  const auto facts = inspect_sqlite(copy);
  ASSERT_TRUE(facts) << facts.error().detail;
  EXPECT_TRUE(facts->has_left_log());
  EXPECT_FALSE(facts->schema);
  EXPECT_FALSE(facts->damage);
  EXPECT_EQ(contents(), before);
}

TEST_F(SqliteInspections, NameWhatMigratingWouldDo) {
  ASSERT_TRUE(migrate_sqlite(file_, MigrateMode::apply, sqlite_migrations().first(2)));
  const auto facts = inspect_sqlite(file_);
  ASSERT_TRUE(facts) << facts.error().detail;
  ASSERT_TRUE(facts->schema);
  EXPECT_EQ(facts->schema->version_before, 2);
  EXPECT_EQ(facts->schema->steps.size(), sqlite_migrations().size() - 2);
}

TEST_F(SqliteInspections, SayWhyAFileCannotBeUsed) {
  fs::create_directory(file_);
  EXPECT_THAT(refusal(), HasSubstr("is a folder"));
  fs::remove(file_);
  std::ofstream{file_}
      << "no database at all, although it is long enough to hold the header of one, which has 100 bytes";
  EXPECT_THAT(refusal(), HasSubstr("is not an SQLite database"));
  fs::remove(file_);
  SQLite::Database{file_.string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE}.exec("CREATE TABLE t (a)");
  EXPECT_THAT(refusal(), HasSubstr("the database of another program"));
  fs::remove(file_);
  make();
  SQLite::Database{file_.string(), SQLite::OPEN_READWRITE}.exec(
      "INSERT INTO schema_migrations VALUES (99, 'later', 0);"
      "INSERT INTO schema_compatibility VALUES (99, 99)");
  EXPECT_THAT(refusal(), HasSubstr("newer than this binary"));
}

TEST_F(SqliteInspections, FindDamageUnlessTheFileIsTooLargeToBeChecked) {
  make();
  {
    SQLite::Database database{file_.string(), SQLite::OPEN_READWRITE};
    database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
  }
  std::fstream damaged{file_, std::ios::in | std::ios::out | std::ios::binary};
  damaged.seekp(-4096, std::ios::end);
  damaged << std::string(4096, '\xaa');
  damaged.close();
  const auto facts = inspect_sqlite(file_);
  ASSERT_TRUE(facts) << facts.error().detail;
  ASSERT_TRUE(facts->damage);
  EXPECT_NE(*facts->damage, "");
  SqliteInspection none;
  none.most_checked_bytes = 1;
  EXPECT_FALSE(inspect_sqlite(file_, none)->damage);
}

}  // namespace
}  // namespace curt::store
