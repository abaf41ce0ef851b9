#include <cstddef>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "curt/links/search_index.hpp"
#include "curt/store/postgres/schema/migrations.hpp"

#include "support/run_awaitable.hpp"
#include "support/store/link_store_contract.hpp"
#include "support/store/other_client.hpp"
#include "support/store/postgres_store.hpp"

namespace curt::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

class PostgresSearch : public PostgresStoreTest {
 protected:
  /// SQL of another client.
  void write(const std::string& sql) const { server_.ask(sql, database_); }

  /// Links as any program may make them, in one transaction.
  void make_links(const std::string& codes, const std::string& target = "https://example.com/") const {
    write(
        "INSERT INTO links (code, target, target_hash, tags, redirect_status, forward_query, enabled,"
        " created_at, updated_at, version) SELECT code, '" +
        target + "', 0, '[]', 302, false, true, 0, 0, 1 FROM unnest('{" + codes + "}'::text[]) AS code");
  }

  /// Links with the titles Frühling 1 and so on, the last one the newest, in one transaction.
  void make_many_links(int count) const {
    write(fmt::format(
        "INSERT INTO links (code, target, target_hash, title, tags, redirect_status, forward_query, enabled,"
        " created_at, updated_at, version) SELECT 'code' || n, 'https://example.com/a%20' || n, 0,"
        " 'Frühling ' || n, '[]', 302, false, true, n, n, 1 FROM generate_series(1, {}) AS n",
        count));
  }

  /// The plans by which the server searches for it.
  std::string plans_of(std::string_view typed) {
    write(
        fmt::format("ALTER DATABASE {0} SET session_preload_libraries = 'auto_explain';"
                    "ALTER DATABASE {0} SET auto_explain.log_min_duration = 0",
                    database_));
    store_ = open();
    const std::size_t before = server_.log().size();
    EXPECT_THAT(found(typed), Not(IsEmpty()));
    return server_.log().substr(before);
  }

  links::SearchFilled step() const {
    Call call = call_within();
    return run(store_->search_index()->fill(call)).value();
  }

  /// Fills the index until nothing is left.
  void fill() const {
    while (!step().is_whole) {
    }
  }

  std::vector<std::string> found(std::string_view typed) const {
    links::ListQuery query;
    query.search = Search::of(typed);
    Call call = call_within();
    return codes_of(run(store_->list(call, std::move(query))).value().links);
  }

  std::string texts() const { return ask("SELECT string_agg(code, ',' ORDER BY code) FROM link_search"); }

  Store store_ = open();
};

TEST_F(PostgresSearch, LinksAreTakenInOnceHoweverTheyWereMade) {
  make_links("a,b");
  fill();
  EXPECT_EQ(texts(), "a,b");
  make_links("c");
  EXPECT_EQ(step().links, 1U);
  EXPECT_TRUE(step().is_whole);
  EXPECT_EQ(texts(), "a,b,c");
}

TEST_F(PostgresSearch, NothingIsWrittenWhileThereIsNothingToTakeIn) {
  make_links("a");
  fill();
  const std::string before = ask("SELECT xmin::text || ctid::text FROM link_search_state");
  fill();
  EXPECT_EQ(ask("SELECT xmin::text || ctid::text FROM link_search_state"), before);
}

TEST_F(PostgresSearch, ATransactionThatEndsLateIsNotPassedBy) {
  OtherClient late{
      options_.url,
      "INSERT INTO links (code, target, target_hash, tags, redirect_status, forward_query, enabled,"
      " created_at, updated_at, version)"
      " VALUES ('late', 'https://example.com/', 0, '[]', 302, false, true, 0, 0, 1)"};
  make_links("early");
  fill();
  EXPECT_THAT(found("example"), ElementsAre("early"));
  late.commit();
  EXPECT_THAT(found("example"), UnorderedElementsAre("early", "late"));
  fill();
  EXPECT_THAT(found("example"), UnorderedElementsAre("early", "late"));
  EXPECT_EQ(texts(), "early,late");
}

TEST_F(PostgresSearch, AnEditByHandIsFoundByWhatItLeaves) {
  make_links("a");
  fill();
  write("UPDATE links SET title = 'Éclair' WHERE code = 'a'");
  EXPECT_THAT(found("éclair"), ElementsAre("a")) << "before it is taken in";
  fill();
  EXPECT_THAT(found("éclair"), ElementsAre("a"));
  write("UPDATE links SET title = 'Other' WHERE code = 'a'");
  EXPECT_THAT(found("éclair"), IsEmpty()) << "before it is taken in";
  fill();
  EXPECT_THAT(found("éclair"), IsEmpty());
}

TEST_F(PostgresSearch, LinksFromBeforeTheMigrationAreTakenInAndFoundMeanwhile) {
  make_links("b,c", "https://xn--mnchen-3ya.de/");
  write("UPDATE links SET txn = NULL");
  write("UPDATE link_search_state SET older_after = ''");
  make_links("a", "https://xn--mnchen-3ya.de/");
  EXPECT_THAT(found("münchen"), UnorderedElementsAre("a", "b", "c"));
  fill();
  EXPECT_EQ(texts(), "a,b,c");
  EXPECT_EQ(ask("SELECT older_after IS NULL FROM link_search_state"), "t");
  EXPECT_THAT(found("münchen"), UnorderedElementsAre("a", "b", "c"));
}

TEST_F(PostgresSearch, ADatabaseThatMovedToAnotherServerIsGoneThroughOnceMore) {
  make_links("a,e");
  fill();
  make_links("b");
  // As if the numbers of transactions had come from a server that had used more of them.
  write("UPDATE links SET txn = (txn::text::bigint + 1000000000)::text::xid8");
  write("UPDATE link_search SET txn = (txn::text::bigint + 1000000000)::text::xid8");
  write(
      "UPDATE link_search_state SET filled_txn = (filled_txn::text::bigint + 1000000000)::text::xid8,"
      " server = 'another'");
  make_links("c");
  EXPECT_THAT(found("example"), UnorderedElementsAre("a", "b", "c", "e"));
  fill();
  EXPECT_EQ(texts(), "a,b,c,e");
  make_links("d");
  write("UPDATE links SET title = 'Edited' WHERE code = 'e'");
  for (const char* when : {"before they are taken in", "afterwards"}) {
    EXPECT_THAT(found("example"), UnorderedElementsAre("a", "b", "c", "d", "e")) << when;
    EXPECT_THAT(found("edited"), ElementsAre("e")) << when;
    fill();
  }
  EXPECT_EQ(texts(), "a,b,c,d,e");
}

TEST_F(PostgresSearch, ManyLinksThatSqlCannotFoldAreReadOnce) {
  make_many_links(5000);
  EXPECT_THAT(found("a 4321"), ElementsAre("code4321"));
  EXPECT_THAT(found("FRÜHLING 77"), testing::Contains("code77"));
  EXPECT_EQ(found("frühling").front(), "code5000") << "the newest first";
  EXPECT_THAT(found("no such"), IsEmpty());
  EXPECT_LE(
      metric("curt_store_statement_duration_seconds_count{store=\"postgres\",statement=\"search_links\"}"),
      4 * 2 * 3);
}

TEST_F(PostgresSearch, OneProcessFillsAtATime) {
  make_links("a");
  const OtherClient other{options_.url, "SELECT pg_advisory_xact_lock(1668641400, 1)"};
  const links::SearchFilled filled = step();
  EXPECT_FALSE(filled.had_turn);
  EXPECT_EQ(filled.links, 0U);
}

TEST_F(PostgresSearch, ManyLinksOfOneTransactionAreTakenInByParts) {
  write(
      "INSERT INTO links (code, target, target_hash, tags, redirect_status, forward_query, enabled, "
      "created_at,"
      " updated_at, version) SELECT 'code' || n, 'https://example.com/' || n, 0, '[]', 302, false, true, 0, "
      "0, 1"
      " FROM generate_series(1, 12000) AS n");
  EXPECT_EQ(step().links, 2000U);
  EXPECT_THAT(found("example.com/11999"), ElementsAre("code11999")) << "by half";
  fill();
  EXPECT_EQ(ask("SELECT count(*) FROM link_search"), "12000");
  EXPECT_THAT(found("example.com/11999"), ElementsAre("code11999"));
}

TEST_F(PostgresSearch, TheIndexAnswersForAWordThatFewLinksHave) {
  make_many_links(5000);
  fill();
  write("VACUUM ANALYZE");
  const std::string plans = plans_of("FRÜHLING 4321");
  EXPECT_THAT(plans, HasSubstr("Bitmap Index Scan on link_search_by_trigram"));
}

TEST_F(PostgresSearch, LinksOfWhichThePlannerHasNotHeardAreReadInOrder) {
  make_many_links(5000);
  const std::string plans = plans_of("FRÜHLING 77");
  EXPECT_THAT(plans, HasSubstr("Index Scan using links_by_txn"));
  EXPECT_THAT(plans, Not(HasSubstr("Sort Key: txn")));
}

TEST_F(PostgresSearch, ALinkThatAnOperatorDeletesTakesItsTextAlong) {
  make_links("a,b");
  fill();
  write("DELETE FROM links WHERE code = 'a'");
  EXPECT_EQ(texts(), "b");
}

TEST_F(PostgresSearch, OfSeveralWhoMigrateOneMakesTheIndex) {
  write("DROP INDEX link_search_by_trigram; DROP EXTENSION pg_trgm");
  std::mutex mutex;
  std::multiset<std::string> said;
  on_threads(4, [&](std::size_t) {
    const auto report = store::migrate_postgres(options_.url, store::MigrateMode::apply).value();
    const std::lock_guard lock{mutex};
    said.insert(report.search_index.value_or("nothing"));
  });
  said.erase("nothing");
  EXPECT_EQ(said, (std::multiset<std::string>{"made the index of the search"}));
}

TEST_F(PostgresSearch, ARoleThatMayNotMakeTheExtensionIsToldAndSearchesAllTheSame) {
  const std::string database = server_.fresh_database();
  const std::string role = "owner_" + database;
  server_.ask("CREATE ROLE " + role + " LOGIN");
  server_.ask("GRANT CREATE ON SCHEMA public TO " + role, database);
  const std::string url = fmt::format("postgresql://{}@127.0.0.1:{}/{}", role, server_.port(), database);
  const auto first = store::migrate_postgres(url, store::MigrateMode::apply).value();
  EXPECT_THAT(first.search_index.value_or(""), HasSubstr("permission denied"));
  EXPECT_THAT(first.search_index.value_or(""), HasSubstr("CREATE EXTENSION pg_trgm"));
  server_.ask("CREATE EXTENSION pg_trgm", database);
  const auto second = store::migrate_postgres(url, store::MigrateMode::apply).value();
  EXPECT_EQ(second.search_index, "made the index of the search");
  EXPECT_THAT(second.steps, IsEmpty());
  EXPECT_EQ(store::migrate_postgres(url, store::MigrateMode::apply).value().search_index, std::nullopt);
}

}  // namespace
}  // namespace curt::test
