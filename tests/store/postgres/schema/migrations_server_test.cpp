#include <array>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "curt/store/postgres/schema/migrations.hpp"

#include "support/servers/pgbouncer_server.hpp"
#include "support/servers/postgres_server.hpp"
#include "support/store/link_store_contract.hpp"
#include "support/store/other_client.hpp"

namespace curt::store {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class PostgresMigrations : public testing::Test {
 protected:
  [[nodiscard]] result<MigrationReport> migrate(MigrateMode mode = MigrateMode::apply) const {
    return migrate_postgres(url_, mode);
  }
  [[nodiscard]] result<MigrationReport> migrate(std::span<const Migration> migrations,
                                                MigrateMode mode = MigrateMode::apply) const {
    return migrate_postgres(url_, mode, {}, migrations);
  }
  std::string ask(const std::string& sql) const { return server_.ask(sql, database_); }

  test::PostgresServer& server_ = test::PostgresServer::shared();
  std::string database_ = server_.fresh_database();
  std::string url_ = server_.url(database_);
};

constexpr Migration kFirst{1, "0001_first", "CREATE TABLE first (id integer);"};
constexpr Migration kSecond{2, "0002_second",
                            "CREATE TABLE second (id integer); INSERT INTO first VALUES (7);"};
constexpr Migration kBroken{3, "0003_broken",
                            "INSERT INTO first VALUES (8); INSERT INTO nowhere VALUES (9);"};

TEST_F(PostgresMigrations, AreAppliedOnce) {
  const auto first = migrate().value();
  EXPECT_EQ(first.version_before, 0);
  EXPECT_EQ(first.steps.size(), postgres_migrations().size());
  EXPECT_EQ(first.steps.front().name, "0001_links");
  const auto second = migrate().value();
  EXPECT_EQ(second.version_before, second.latest_version);
  EXPECT_THAT(second.steps, IsEmpty());
}

TEST_F(PostgresMigrations, ADryRunNamesWhatIsMissingAndChangesNothing) {
  EXPECT_EQ(migrate(MigrateMode::dry_run).value().steps.size(), postgres_migrations().size());
  EXPECT_EQ(ask("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), "0");
  const std::array both{kFirst, kSecond};
  ASSERT_TRUE(migrate(std::span{both}.first(1)));
  for (int round = 0; round < 2; ++round) {
    const auto pending = migrate(both, MigrateMode::dry_run).value();
    EXPECT_EQ(pending.version_before, 1);
    ASSERT_EQ(pending.steps.size(), 1U);
    EXPECT_EQ(pending.steps.front().number, 2);
  }
}

TEST_F(PostgresMigrations, AMigrationThatFailsLeavesNothingOfItself) {
  const std::array all{kFirst, kSecond, kBroken};
  const auto report = migrate(all);
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().detail, HasSubstr("nowhere"));
  EXPECT_EQ(ask("SELECT max(version) FROM schema_migrations"), "2");
  EXPECT_EQ(ask("SELECT count(*) FROM first"), "1");
}

TEST_F(PostgresMigrations, SeveralAtOnceApplyEachOnceOnAnEmptyAndOnAnOldDatabase) {
  const std::array all{kFirst, kSecond,
                       Migration{3, "0003_slow", "SELECT pg_sleep(0.1); CREATE TABLE third ();"}};
  for (const std::size_t known : {std::size_t{0}, std::size_t{1}}) {
    database_ = server_.fresh_database();
    url_ = server_.url(database_);
    ASSERT_TRUE(migrate(std::span{all}.first(known)));
    std::mutex mutex;
    std::vector<int> applied;
    std::vector<std::string> failures;
    test::on_threads(4, [&](std::size_t) {
      const auto report = migrate(all);
      const std::lock_guard lock{mutex};
      if (!report) return failures.push_back(report.error().detail);
      for (const auto& step : report->steps) applied.push_back(step.number);
    });
    EXPECT_THAT(failures, IsEmpty());
    EXPECT_EQ(applied.size(), all.size() - known) << "each by one of them";
    EXPECT_EQ(ask("SELECT count(*) FROM schema_migrations"), "3");
    EXPECT_EQ(ask("SELECT count(*) FROM first"), "1");
  }
}

TEST_F(PostgresMigrations, WaitNoLongerForATableThanTheyMay) {
  const std::array both{kFirst, Migration{2, "0002_alter", "ALTER TABLE first ADD COLUMN more integer"}};
  ASSERT_TRUE(migrate(std::span{both}.first(1)));
  std::optional<test::OtherClient> other{std::in_place, url_, "LOCK TABLE first"};
  PostgresMigrateOptions options;
  options.lock_timeout = std::chrono::milliseconds{100};
  const auto report = migrate_postgres(url_, MigrateMode::apply, options, both);
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().detail, HasSubstr("lock timeout"));
  other.reset();
  EXPECT_TRUE(migrate(both));
}

// As the release before makes links.
const std::string kInsertLinks =
    "INSERT INTO links (code, target, target_hash, tags, redirect_status, forward_query, enabled, created_at,"
    " updated_at, version) SELECT 'c' || n, 'https://example.com/', 0, '[]', 302, false, true, 0, 0, 1"
    " FROM generate_series";

TEST_F(PostgresMigrations, LinksThatWereThereBeforeOwnersHaveNone) {
  ASSERT_TRUE(migrate(std::span{postgres_migrations()}.first(7)));
  ask(kInsertLinks + "(1, 1000) AS n");
  ASSERT_TRUE(migrate());
  ask(kInsertLinks + "(2001, 2001) AS n");
  EXPECT_EQ(ask("SELECT count(*) FROM links WHERE owner IS NULL"), "1001");
  EXPECT_EQ(ask("SELECT change FROM access_key_changes"), "0");
}

TEST_F(PostgresMigrations, VisitsThatWereThereBeforeImportsWereCountedHere) {
  ASSERT_TRUE(migrate(std::span{postgres_migrations()}.first(9)));
  ask("INSERT INTO visit_totals (code, humans, bots) VALUES ('before', 5, 2)");
  ASSERT_TRUE(migrate());
  ask("INSERT INTO visit_totals (code, humans, bots) VALUES ('after', 1, 0)");  // by the release before
  EXPECT_EQ(ask("SELECT sum(humans + bots) FROM visit_totals WHERE imported = 0"), "8");
  EXPECT_EQ(ask("SELECT humans + bots FROM visit_imports"), "0");
}

TEST_F(PostgresMigrations, OnlyLinksThatWereThereBeforeTheSearchAreGoneThroughInTheOrderOfTheirCodes) {
  const auto is_left = [&] { return ask("SELECT older_after IS NOT NULL FROM link_search_state"); };
  ASSERT_TRUE(migrate(std::span{postgres_migrations()}.first(10)));
  ask(kInsertLinks + "(1, 3) AS n");
  ASSERT_TRUE(migrate());
  EXPECT_EQ(is_left(), "t");
  database_ = server_.fresh_database();
  url_ = server_.url(database_);
  ASSERT_TRUE(migrate());
  EXPECT_EQ(is_left(), "f");
}

TEST_F(PostgresMigrations, WorkThroughPgBouncerToo) {
  const test::PgBouncerServer pgbouncer{server_};
  url_ = pgbouncer.url(url_);
  EXPECT_TRUE(migrate());
  EXPECT_EQ(check_postgres_schema(url_).value().fit, SchemaCheck::Fit::current);
}

TEST_F(PostgresMigrations, TheCheckSaysWhatToRun) {
  const auto empty = check_postgres_schema(url_).value();
  EXPECT_EQ(empty.fit, SchemaCheck::Fit::older);
  EXPECT_THAT(empty.advice, HasSubstr("run `curt migrate`"));
  ASSERT_TRUE(migrate());
  EXPECT_EQ(check_postgres_schema(url_).value().fit, SchemaCheck::Fit::current);
  ask("INSERT INTO schema_migrations VALUES (99, 'x', 0)");
  const auto newer = check_postgres_schema(url_).value();
  EXPECT_EQ(newer.fit, SchemaCheck::Fit::newer);
  EXPECT_THAT(newer.advice, HasSubstr("use a newer curt"));
  EXPECT_THAT(migrate().error().detail, HasSubstr("is newer than this binary (99 > "));
}

TEST_F(PostgresMigrations, ANewerSchemaWithWhichTheBinaryStillRunsIsLeftAsItIs) {
  ASSERT_TRUE(migrate());
  ask("INSERT INTO schema_compatibility SELECT 99, max(version) FROM schema_migrations");
  ask("INSERT INTO schema_migrations VALUES (99, 'x', 0)");
  const auto check = check_postgres_schema(url_).value();
  EXPECT_EQ(check.fit, SchemaCheck::Fit::compatible);
  EXPECT_EQ(check.advice, "");
  const auto report = migrate().value();
  EXPECT_EQ(report.version_before, 99);
  EXPECT_THAT(report.steps, testing::IsEmpty());
  ask("INSERT INTO schema_compatibility VALUES (100, 99)");
  ask("INSERT INTO schema_migrations VALUES (100, 'y', 0)");
  EXPECT_EQ(check_postgres_schema(url_).value().fit, SchemaCheck::Fit::newer) << "one of two does not fit";
}

TEST_F(PostgresMigrations, SayWhichBinariesRunWithThem) {
  ASSERT_TRUE(migrate());
  EXPECT_EQ(
      ask("SELECT count(*) FROM schema_migrations AS m LEFT JOIN schema_compatibility AS c"
          " ON c.version = m.version WHERE m.version > 3 AND coalesce(c.runs_from, m.version) >= m.version"),
      "0");
}

TEST_F(PostgresMigrations, TheTablesOfAnotherProgramAreLeftAlone) {
  ask("CREATE TABLE links (title text)");
  EXPECT_THAT(migrate().error().detail, HasSubstr("another program"));
  EXPECT_EQ(ask("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"), "1");
}

TEST_F(PostgresMigrations, ADatabaseWithoutUnicodeIsRefused) {
  ask("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
  url_ = server_.url("latin");
  EXPECT_THAT(migrate().error().detail, HasSubstr("LATIN1"));
}

TEST_F(PostgresMigrations, AServerThatIsNotThereIsNamedWithoutThePassword) {
  const auto report = migrate_postgres("postgresql://curt:secret@127.0.0.1:1/curt", MigrateMode::apply);
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().detail, HasSubstr("127.0.0.1"));
  EXPECT_THAT(report.error().detail + report.error().log, testing::Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace curt::store
