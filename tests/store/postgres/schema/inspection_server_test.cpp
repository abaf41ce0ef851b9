#include <chrono>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pqxx/pqxx>

#include "curt/store/postgres/schema/inspection.hpp"
#include "curt/store/postgres/schema/migrations.hpp"

#include "support/patience.hpp"
#include "support/servers/pgbouncer_server.hpp"
#include "support/servers/postgres_server.hpp"

namespace curt::store {
namespace {

using Pooler = PostgresFacts::Pooler;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

std::string database_of(const std::string& url) { return url.substr(url.rfind('/') + 1); }

std::chrono::seconds patience() { return std::chrono::ceil<std::chrono::seconds>(test::patience()); }

PostgresFacts facts_of(const std::string& url) {
  const auto facts = inspect_postgres(url, patience());
  if (!facts) throw std::runtime_error{facts.error().detail};
  return *facts;
}

class PostgresInspections : public testing::Test {
 protected:
  test::PostgresServer& server_ = test::PostgresServer::shared();
  std::string url_ = server_.fresh_schema();
};

TEST_F(PostgresInspections, TellWhatAWellServerIs) {
  const PostgresFacts facts = facts_of(url_);
  EXPECT_EQ(facts.user, "curt");
  EXPECT_TRUE(facts.is_superuser);
  EXPECT_TRUE(facts.owns_tables);
  EXPECT_FALSE(facts.is_standby);
  EXPECT_FALSE(facts.is_read_only);
  EXPECT_EQ(facts.tls, "");
  EXPECT_EQ(facts.pooler, Pooler::none);
  EXPECT_GE(facts.version_number, 130'000);
  EXPECT_EQ(std::to_string(facts.version_number / 10'000), facts.version.substr(0, facts.version.find('.')));
  EXPECT_LT(facts.ahead, patience());
  EXPECT_GT(facts.ahead, -patience());
  EXPECT_GT(facts.connected_in.count(), 0);
  EXPECT_GT(facts.max_connections, 10U);
  EXPECT_GE(facts.open_connections, 1U);
  EXPECT_FALSE(facts.own_limit);
  EXPECT_THAT(facts.missing_rights, IsEmpty());
  EXPECT_EQ(facts.days_ahead, -1) << "nobody has maintained it";
  EXPECT_TRUE(facts.searches_by_index);
}

TEST_F(PostgresInspections, SeeThatTheIndexOfTheSearchIsMissing) {
  server_.ask("DROP INDEX link_search_by_trigram", database_of(url_));
  EXPECT_FALSE(facts_of(url_).searches_by_index);
  EXPECT_TRUE(facts_of(server_.url(server_.fresh_database())).searches_by_index) << "no table, no index";
}

TEST_F(PostgresInspections, KnowEveryTableOfTheSchema) {
  const std::string database = database_of(url_);
  server_.ask("CREATE ROLE stranger_" + database + " LOGIN", database);
  const PostgresFacts facts = facts_of(url_ + "?user=stranger_" + database);
  const std::string tables = server_.ask(
      "SELECT count(*) FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition"
      " AND relnamespace = 'public'::regnamespace",
      database);
  // Four rights on each but two, which are only read.
  EXPECT_EQ(facts.missing_rights.size(), (std::stoul(tables) - 2) * 4 + 2)
      << "a new table belongs into kTables";
  EXPECT_FALSE(facts.owns_tables);
  EXPECT_FALSE(facts.is_superuser);
}

TEST_F(PostgresInspections, NameTheRightsThatAreMissing) {
  const std::string database = database_of(url_);
  const std::string role = "poor_" + database;
  server_.ask("CREATE ROLE " + role + " LOGIN CONNECTION LIMIT 7", database);
  server_.ask("GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO " + role, database);
  server_.ask("REVOKE INSERT, DELETE ON links FROM " + role, database);
  const PostgresFacts facts = facts_of(url_ + "?user=" + role);
  EXPECT_THAT(facts.missing_rights, UnorderedElementsAre("INSERT on links", "DELETE on links"));
  EXPECT_EQ(facts.own_limit, 7U);
}

TEST_F(PostgresInspections, FitADatabaseWithoutTheSchema) {
  const PostgresFacts facts = facts_of(server_.url(server_.fresh_database()));
  EXPECT_THAT(facts.missing_rights, IsEmpty());
  EXPECT_FALSE(facts.days_ahead);
  EXPECT_FALSE(facts.owns_tables);
}

TEST_F(PostgresInspections, CountThePartitionsAhead) {
  const std::string database = database_of(url_);
  for (const int day : {0, 1, 3}) {
    server_.ask(
        fmt::format(
            "DO $$ DECLARE day bigint := floor(extract(epoch FROM now()) / 86400)::bigint + {};"
            " BEGIN EXECUTE format('CREATE TABLE visits_%s PARTITION OF visits FOR VALUES FROM (%s) TO (%s)',"
            " to_char(to_timestamp(day * 86400) AT TIME ZONE 'UTC', 'YYYYMMDD'), day * 86400000,"
            " (day + 1) * 86400000); END $$",
            day),
        database);
  }
  EXPECT_EQ(facts_of(url_).days_ahead, 1) << "the day after tomorrow is missing";
}

TEST_F(PostgresInspections, SeeReadOnlyServersAndRoles) {
  const std::string database = database_of(url_);
  server_.ask("ALTER DATABASE " + database + " SET default_transaction_read_only = on");
  EXPECT_TRUE(facts_of(url_).is_read_only);
  const test::PostgresServer standby{test::PostgresServer::StandbyOf{server_}};
  EXPECT_TRUE(facts_of(standby.url()).is_standby);
}

TEST_F(PostgresInspections, TellAPoolerInTransactionMode) {
  const test::PgBouncerServer bouncer{server_};
  EXPECT_EQ(facts_of(bouncer.url(url_)).pooler, Pooler::transaction);
}

TEST_F(PostgresInspections, AreCompleteThoughAPoolerHasNoSecondSession) {
  const test::PgBouncerServer bouncer{server_, 1, "session"};
  const PostgresFacts facts = facts_of(bouncer.url(url_));
  EXPECT_EQ(facts.pooler, Pooler::some);
  EXPECT_EQ(facts.unanswered, "");
  EXPECT_EQ(facts.user, "curt");
}

TEST_F(PostgresInspections, EndThoughAPoolerHasNoSessionAtAll) {
  const test::PgBouncerServer bouncer{server_, 1, "session"};
  pqxx::connection holder{bouncer.url(url_)};
  pqxx::nontransaction{holder}.exec("SELECT 1");
  const auto facts = inspect_postgres(bouncer.url(url_), std::chrono::seconds{2});
  ASSERT_FALSE(facts);
  EXPECT_EQ(facts.error().code, ErrorCode::unavailable);
  EXPECT_THAT(facts.error().detail, HasSubstr("no answer within 4s"));
}

TEST_F(PostgresInspections, KeepWhatTheyKnowWhenAQuestionIsRefused) {
  const std::string database = database_of(url_);
  const std::string role = "curious_" + database;
  server_.ask("CREATE ROLE " + role + " LOGIN", database);
  server_.ask("REVOKE SELECT ON pg_inherits FROM PUBLIC", database);
  const PostgresFacts facts = facts_of(url_ + "?user=" + role);
  EXPECT_EQ(facts.user, role);
  EXPECT_THAT(facts.unanswered, HasSubstr("pg_inherits"));
  EXPECT_TRUE(check_postgres_schema(url_ + "?user=curt")) << "the schema can be asked for all the same";
}

TEST_F(PostgresInspections, SayWhyThereIsNoAnswer) {
  const auto missing = inspect_postgres(server_.url("no_such_database"), patience());
  ASSERT_FALSE(missing);
  EXPECT_THAT(missing.error().detail, HasSubstr("no_such_database"));
  const auto nobody = inspect_postgres("postgresql://curt:secret@127.0.0.1:1/curt", patience());
  ASSERT_FALSE(nobody);
  EXPECT_EQ(nobody.error().code, ErrorCode::unavailable);
  EXPECT_THAT(nobody.error().detail, testing::Not(HasSubstr("secret")));
  EXPECT_FALSE(inspect_postgres("postgresql://a?nonsense=1", patience()));
}

TEST(PostgresTargets, AreWhatTheConnectionStringNames) {
  const auto one = postgres_target("postgresql://curt:secret@db.internal/links?sslmode=verify-full");
  ASSERT_TRUE(one);
  EXPECT_EQ(one->hosts, "db.internal:5432");
  EXPECT_EQ(one->database, "links");
  EXPECT_EQ(one->user, "curt");
  EXPECT_EQ(one->sslmode, "verify-full");
  EXPECT_FALSE(one->is_local);
  const auto several = postgres_target("postgresql://curt@a:1,[::1]:2/curt");
  ASSERT_TRUE(several);
  EXPECT_EQ(several->hosts, "a:1, [::1]:2");
  EXPECT_EQ(several->host_count, 2U);
  EXPECT_FALSE(several->is_local);
  EXPECT_TRUE(postgres_target("postgresql://127.0.0.1/curt")->is_local);
  EXPECT_TRUE(postgres_target("postgresql:///curt?host=/run/postgresql")->is_local);
  EXPECT_EQ(postgres_target("postgresql://a?nonsense=1").error().detail,
            "invalid URI query parameter: \"nonsense\"");
}

}  // namespace
}  // namespace curt::store
