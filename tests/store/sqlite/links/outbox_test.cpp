#include "curt/links/outbox.hpp"

#include <memory>
#include <string>

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>

#include "support/store/outbox_client.hpp"
#include "support/store/sqlite_store.hpp"

namespace curt::test {
namespace {

using links::Change;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

class SqliteOutbox : public SqliteStoreTest {
 protected:
  void SetUp() override {
    for (const char* code : {"young", "old", "announced", "open"}) ASSERT_TRUE(create(*store_, code));
  }

  /// SQL of another process.
  std::string ask(const std::string& sql) {
    SQLite::Database database{file_.string(), SQLite::OPEN_READWRITE, static_cast<int>(patience().count())};
    SQLite::Statement statement{database, sql};
    return statement.executeStep() ? statement.getColumn(0).getString() : "";
  }

  std::unique_ptr<store::Store> store_ = open().value();
  OutboxClient outbox_{store_->outbox()};
};

TEST_F(SqliteOutbox, ChangesOfOtherProcessesAreAmongThem) {
  outbox_.look();
  ask("UPDATE links SET version = version + 1 WHERE code LIKE 'o%'");
  ask("UPDATE links SET spent = 1");
  EXPECT_THAT(outbox_.look().fresh,
              UnorderedElementsAre(Change{code_of("old"), 2}, Change{code_of("open"), 2}));
}

TEST_F(SqliteOutbox, IsSweptOfWhatWasAnnouncedAndOfWhatIsTooOld) {
  ask("UPDATE links SET version = 2");
  ask("UPDATE unannounced SET announced = version WHERE code IN ('young', 'announced')");
  ask("UPDATE unannounced SET touched_at = touched_at - 11000 WHERE code IN ('announced', 'open')");
  ask("UPDATE unannounced SET touched_at = touched_at - 31 * 86400000, since = since - 31 * 86400000"
      " WHERE code = 'old'");
  EXPECT_EQ(outbox_.sweep(1), 1U);
  EXPECT_EQ(outbox_.sweep(), 1U);
  EXPECT_EQ(ask("SELECT group_concat(code) FROM (SELECT code FROM unannounced ORDER BY code)"), "open,young");
}

TEST_F(SqliteOutbox, AClockThatWasSetBackHidesNoOpenChange) {
  ask("UPDATE links SET version = 2 WHERE code = 'open'");
  ask("UPDATE unannounced SET since = since + 3600000");
  EXPECT_EQ(outbox_.look().open, 1U);
}

TEST_F(SqliteOutbox, WhatWasSeenOfAnotherFileSaysNothing) {
  outbox_.look();
  outbox_.has_seen("12345");
  EXPECT_TRUE(outbox_.look().incomplete);
  ask("UPDATE links SET version = 2 WHERE code = 'open'");
  EXPECT_THAT(outbox_.look().fresh, ElementsAre(Change{code_of("open"), 2}));
}

}  // namespace
}  // namespace curt::test
