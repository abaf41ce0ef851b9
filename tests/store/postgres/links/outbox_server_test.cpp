#include <map>
#include <sstream>
#include <string>

#include <gmock/gmock.h>

#include "curt/links/outbox.hpp"

#include "support/eventually.hpp"
#include "support/store/other_client.hpp"
#include "support/store/outbox_client.hpp"
#include "support/store/postgres_store.hpp"

namespace curt::test {
namespace {

using links::Change;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class PostgresOutbox : public PostgresStoreTest {
 protected:
  /// SQL of another client.
  void write(const std::string& sql) const { server_.ask(sql, database_); }

  void make_links(const std::string& codes) {
    write(
        "INSERT INTO links (code, target, target_hash, tags, redirect_status, forward_query, enabled, "
        "created_at,"
        " updated_at, version) SELECT code, 'https://example.com/', 0, '[]', 302, false, true, 0, 0, 1"
        " FROM unnest('{" +
        codes + "}'::text[]) AS code");
  }

  Store store_ = open();
  OutboxClient outbox_{store_->outbox()};
};

TEST_F(PostgresOutbox, AChangeIsSeenWhenItIsCommittedHoweverLate) {
  make_links("early,late");
  outbox_.look();
  OtherClient late{options_.url, "UPDATE links SET version = 2 WHERE code = 'late'"};
  write("UPDATE links SET version = 2 WHERE code = 'early'");
  EXPECT_THAT(outbox_.look().fresh, ElementsAre(Change{code_of("early"), 2}));
  EXPECT_THAT(outbox_.look().fresh, IsEmpty());
  late.commit();
  EXPECT_THAT(outbox_.look().fresh, ElementsAre(Change{code_of("late"), 2}));
  EXPECT_THAT(outbox_.look().fresh, IsEmpty());
}

TEST_F(PostgresOutbox, ChangesByHandAndByEarlierReleasesAreAmongThem) {
  make_links("a,b,c");
  outbox_.look();
  write("UPDATE links SET enabled = false, version = version + 1 WHERE code <> 'c'");
  write("UPDATE links SET spent = 1 WHERE code = 'c'");
  EXPECT_THAT(outbox_.look().fresh, UnorderedElementsAre(Change{code_of("a"), 2}, Change{code_of("b"), 2}));
}

TEST_F(PostgresOutbox, ARoleThatMayOnlyChangeLinksCanDoSo) {
  make_links("a");
  outbox_.look();
  write("CREATE ROLE editor_" + database_);
  write("GRANT SELECT, UPDATE ON links TO editor_" + database_);
  write("SET ROLE editor_" + database_ + "; UPDATE links SET version = 2");
  EXPECT_THAT(outbox_.look().fresh, ElementsAre(Change{code_of("a"), 2}));
}

TEST_F(PostgresOutbox, IsSweptOfWhatWasAnnouncedAndOfWhatIsTooOld) {
  make_links("young,old,announced,open");
  write("UPDATE links SET version = 2");
  write("UPDATE unannounced SET announced = version WHERE code IN ('young', 'announced')");
  write("UPDATE unannounced SET touched_at = touched_at - 11000 WHERE code IN ('announced', 'open')");
  write(
      "UPDATE unannounced SET touched_at = touched_at - 31 * 86400000::bigint,"
      " since = since - 31 * 86400000::bigint WHERE code = 'old'");
  EXPECT_EQ(outbox_.sweep(1), 2U) << "one of each kind";
  EXPECT_EQ(outbox_.sweep(), 0U);
  EXPECT_EQ(ask("SELECT string_agg(code, ',' ORDER BY code) FROM unannounced"), "open,young");
}

TEST_F(PostgresOutbox, AClockThatWasSetBackHidesNoOpenChange) {
  make_links("a");
  write("UPDATE links SET version = 2");
  write("UPDATE unannounced SET since = since + 3600000");
  EXPECT_EQ(outbox_.look().open, 1U);
  EXPECT_EQ(outbox_.open_changes().size(), 1U);
}

TEST_F(PostgresOutbox, RowsOfAnotherServersFutureAreOpenAndNotFresh) {
  make_links("a,b");
  outbox_.look();
  write("UPDATE links SET version = 2");
  write("UPDATE unannounced SET txn = '9000000000000000000' WHERE code = 'a'");
  EXPECT_THAT(outbox_.look().fresh, ElementsAre(Change{code_of("b"), 2}));
  EXPECT_TRUE(eventually([&] { return outbox_.look().open == 2; }));
}

TEST_F(PostgresOutbox, WhatWasSeenInAnotherSessionSaysNothing) {
  outbox_.look();
  EXPECT_FALSE(outbox_.look().incomplete);
  write("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'curt'");
  auto view = outbox_.try_to_look();
  while (!view) view = outbox_.try_to_look();  // it may have begun in the session that was ended
  EXPECT_TRUE(view->incomplete) << "a session that was begun since";
  outbox_.has_seen(view->seen);
  EXPECT_FALSE(outbox_.look().incomplete);
  const std::string session = outbox_.seen().substr(0, outbox_.seen().find(' '));
  outbox_.has_seen(session + " 9000000000:9000000000:");
  EXPECT_TRUE(outbox_.look().incomplete) << "transactions went back";
  EXPECT_FALSE(outbox_.look().incomplete);
}

TEST_F(PostgresOutbox, ALookCostsNoConnectionOfThePool) {
  outbox_.look();
  EXPECT_EQ(store_->pool().open, 0U);
  EXPECT_EQ(backends(), 1);
  EXPECT_EQ(metric("curt_db_pool_open"), 1) << "it is counted all the same";
}

TEST_F(PostgresOutbox, NoSeriesIsShownTwice) {
  std::map<std::string, int> series;
  std::istringstream lines{metrics_.to_text()};
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with('#')) ++series[line.substr(0, line.rfind(' '))];
  }
  ASSERT_GT(series.size(), 100U);
  for (const auto& [name, count] : series) EXPECT_EQ(count, 1) << name;
}

TEST_F(PostgresOutbox, WaitsForNobodyWhoHoldsARow) {
  make_links("a,b");
  write("UPDATE links SET version = 2");
  ASSERT_TRUE(outbox_.believe("redis 1", ""));
  const OtherClient other{options_.url, "UPDATE links SET version = 3 WHERE code = 'a'"};
  outbox_.note({{code_of("a"), 2}, {code_of("b"), 2}}, "redis 1");
  EXPECT_EQ(ask("SELECT string_agg(code, ',') FROM unannounced WHERE announced = version"), "b");
  EXPECT_TRUE(outbox_.believe("redis 2", "redis 1"));
  const OtherClient holder{options_.url, "SELECT FROM shared_cache FOR UPDATE"};
  EXPECT_FALSE(outbox_.try_to_note({{code_of("b"), 2}}, "redis 2"));
  EXPECT_FALSE(outbox_.try_to_believe("redis 3", "redis 2"));
  EXPECT_FALSE(outbox_.look().believed.empty());
}

TEST_F(PostgresOutbox, ALinkThatIsTakenOutByHandIsNoChange) {
  make_links("a");
  write("UPDATE links SET version = 2");
  write("DELETE FROM links");
  EXPECT_EQ(ask("SELECT count(*) FROM unannounced"), "0");
}

TEST_F(PostgresOutbox, SaysWhichHistoryTheDatabaseHas) { EXPECT_EQ(outbox_.look().history, "00000001"); }

}  // namespace
}  // namespace curt::test
