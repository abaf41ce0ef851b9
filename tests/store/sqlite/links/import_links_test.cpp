#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>

#include "support/store/import_rows.hpp"
#include "support/store/sqlite_store.hpp"

namespace curt::test {
namespace {

using links::CodeSource;
using links::ImportOutcome;
using links::ImportRow;
using testing::Each;
using testing::HasSubstr;

/// A store that was opened for an import.
class SqliteImport : public SqliteStoreTest {
 protected:
  [[nodiscard]] std::unique_ptr<store::Store> open_for_import() {
    return store::open_sqlite_store({.path = file_, .bulk = true}, metrics_).value();
  }

  static result<std::vector<ImportOutcome>> import(links::LinkStore& store, std::vector<ImportRow> rows) {
    Call call = call_within();
    return run(store.import(call, shared(std::move(rows))));
  }

  static result<void> sync(links::LinkStore& store) {
    Call call = call_within();
    return run(store.sync(call));
  }

  static std::vector<ImportRow> rows_from(int first, int count) {
    std::vector<ImportRow> rows;
    for (int i = first; i < first + count; ++i) {
      const std::string number = std::to_string(i);
      links::NewLink link = new_link("c" + number, "https://example.com/" + number);
      link.tags = {"all", "tag" + number};
      rows.push_back({std::move(link), CodeSource::alias, i, 1});
    }
    return rows;
  }

  /// What a query of one value answers on a connection of its own.
  [[nodiscard]] std::int64_t ask(const std::string& sql) const {
    SQLite::Database database{file_.string()};
    return database.execAndGet(sql).getInt64();
  }
};

TEST_F(SqliteImport, StoresLinksWithTheirTagsAndVisits) {
  const auto store = open_for_import();
  EXPECT_THAT(import(*store, rows_from(1, 1000)).value(), Each(ImportOutcome::imported));
  EXPECT_THAT(import(*store, rows_from(1, 1000)).value(), Each(ImportOutcome::already_there));
  ASSERT_TRUE(sync(*store));
  EXPECT_EQ(ask("SELECT count(*) FROM links"), 1000);
  EXPECT_EQ(ask("SELECT count(*) FROM link_tags"), 2000);
  EXPECT_EQ(ask("SELECT sum(imported) FROM visit_totals"), 1000 * 1001 / 2 + 1000);
  EXPECT_EQ(ask("SELECT humans + bots FROM visit_imports"), 1000 * 1001 / 2 + 1000);
  EXPECT_EQ(ask("SELECT count(*) FROM pragma_foreign_key_check"), 0);
  SQLite::Database database{file_.string()};
  EXPECT_EQ(database.execAndGet("PRAGMA integrity_check").getString(), "ok");
}

TEST_F(SqliteImport, ImportsBegunAtOnceHaveATransactionEach) {
  const auto store = open_for_import();
  WriteLock lock{file_};
  Waiting waiting;
  std::vector<Call> calls(4, call_within());
  for (Call& call : calls) waiting.start(store->import(call, shared(rows_from(0, 10))));
  lock.release();
  EXPECT_THAT(waiting.finish(), Each(std::nullopt));
  EXPECT_EQ(metric(R"(curt_store_group_commit_size_count{store="sqlite"})"), "4");
  EXPECT_EQ(metric(R"(curt_store_statement_duration_seconds_count{store="sqlite",statement="savepoint"})"),
            "0");
}

TEST_F(SqliteImport, OneThatFailsLeavesNothingAndTheNextOneGoesWell) {
  const auto store = open_for_import();
  std::vector<ImportRow> rows = rows_from(0, 100);
  rows[50].link.settings.redirect_status = static_cast<RedirectStatus>(999);  // which the schema refuses
  EXPECT_EQ(error_of(import(*store, rows)), ErrorCode::unavailable);
  EXPECT_EQ(ask("SELECT count(*) FROM links"), 0);
  EXPECT_EQ(ask("SELECT count(*) FROM link_tags"), 0);
  rows.erase(rows.begin() + 50);
  EXPECT_THAT(import(*store, rows).value(), Each(ImportOutcome::imported));
  EXPECT_EQ(ask("SELECT count(*) FROM links"), 99);
}

TEST_F(SqliteImport, AServiceWritesMeanwhile) {
  const auto service = open().value();
  std::atomic<bool> done{false};
  std::thread importing{[&] {
    const auto store = open_for_import();
    for (int i = 0; !done; i += 200) EXPECT_TRUE(import(*store, rows_from(i, 200)));
  }};
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(create(*service, "s" + std::to_string(i)));
  done = true;
  importing.join();
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(find(*service, "s" + std::to_string(i)));
}

TEST_F(SqliteImport, ALogThatCannotBeSyncedIsNamed) {
  const auto store = open_for_import();
  ASSERT_TRUE(import(*store, rows_from(0, 1)));
  std::filesystem::remove(file_.string() + "-wal");
  const auto synced = sync(*store);
  ASSERT_EQ(error_of(synced), ErrorCode::unavailable);
  EXPECT_THAT(synced.error().log, HasSubstr(file_.string() + "-wal cannot be synced: No such file"));
}

}  // namespace
}  // namespace curt::test
