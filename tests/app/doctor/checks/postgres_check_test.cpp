#include "app/doctor/checks/postgres_check.hpp"

#include <chrono>
#include <functional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/app/findings_text.hpp"

namespace curt::app {
namespace {

using namespace std::chrono_literals;
using store::PostgresFacts;
using store::PostgresTarget;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using Pooler = PostgresFacts::Pooler;

struct Case {
  Settings settings = default_settings();
  PostgresTarget target;
  PostgresFacts facts;
};

/// What is found of a server on this machine with which all is well, but for the change.
std::string judged(const std::function<void(Case&)>& change = [](Case&) {}) {
  Case one;
  one.target = {.hosts = "127.0.0.1:5432",
                .database = "curt",
                .user = "curt",
                .sslmode = "prefer",
                .host_count = 1,
                .is_local = true};
  one.facts.version = "15.8";
  one.facts.version_number = 150'008;
  one.facts.user = "curt";
  one.facts.connected_in = 4ms;
  one.facts.answered_in = 200us;
  one.facts.max_connections = 97;
  one.facts.days_ahead = 3;
  one.facts.owns_tables = true;
  change(one);
  Findings findings;
  judge_postgres(one.settings, one.target, one.facts, findings);
  return test::text_of(findings);
}

TEST(PostgresCheck, FindsNothingWrongWithAWellServer) {
  EXPECT_EQ(judged(),
            "ok: PostgreSQL 15.8, as curt\n"
            "ok: it answers in 0.20 ms, after a connection that took 4.0 ms\n"
            "ok: 1 instance(s) take up to 9 connections; the server allows 97, and 0 are open now\n"
            "ok: partitions for single visits are there for today and 3 day(s) more\n");
}

TEST(PostgresCheck, ComparesWhatRunsAlsoWithWhatTheServerAllows) {
  const auto with = [](std::size_t claims) {
    return judged([claims](Case& one) { one.facts.claims = claims; });
  };
  EXPECT_THAT(with(97),
              HasSubstr("ok: 1 instance(s) take up to 9 connections, and those that run now up to 97; "
                        "the server allows 97"));
  EXPECT_THAT(with(98),
              HasSubstr("warning: 1 instance(s) take up to 9 connections, and those that run now up "
                        "to 98; the server allows 97"));
}

TEST(PostgresCheck, SaysWhatKeepsTheServiceFromWriting) {
  EXPECT_THAT(judged([](Case& one) { one.facts.is_standby = true; }), HasSubstr("warning: it is a standby"));
  EXPECT_THAT(judged([](Case& one) { one.facts.is_read_only = true; }),
              HasSubstr("warning: it takes no writes"));
  EXPECT_THAT(judged([](Case& one) { one.facts.missing_rights = {"INSERT on links", "SELECT on visits"}; }),
              HasSubstr("warning: curt lacks INSERT on links, SELECT on visits -> GRANT SELECT, INSERT"));
  EXPECT_THAT(judged([](Case& one) { one.facts.is_superuser = true; }),
              HasSubstr("note: curt is a superuser"));
}

TEST(PostgresCheck, ComparesPoolersWithPreparedStatements) {
  const auto with = [](Pooler pooler, bool prepared) {
    return judged([=](Case& one) {
      one.facts.pooler = pooler;
      one.settings.db_prepared_statements = prepared;
    });
  };
  EXPECT_THAT(with(Pooler::transaction, true), HasSubstr("warning: a pooler in transaction mode"));
  EXPECT_THAT(with(Pooler::transaction, false), HasSubstr("ok: a pooler stands before it"));
  EXPECT_THAT(with(Pooler::some, true), HasSubstr("note: a pooler stands before it"));
  EXPECT_THAT(with(Pooler::none, false), HasSubstr("note: statements are not prepared"));
  EXPECT_THAT(with(Pooler::none, true), Not(HasSubstr("prepared")));
}

TEST(PostgresCheck, SaysHowSafeTheWayIs) {
  const auto with = [](const char* mode, const char* tls) {
    return judged([=](Case& one) {
      one.target.is_local = false;
      one.target.sslmode = mode;
      one.facts.tls = tls;
    });
  };
  EXPECT_THAT(with("prefer", ""),
              HasSubstr("warning: links and visits cross the network without TLS (sslmode=prefer)"));
  EXPECT_THAT(with("prefer", "TLSv1.3"), HasSubstr("note: the connection has TLSv1.3 now"));
  EXPECT_THAT(with("require", "TLSv1.3"), HasSubstr("is not verified (sslmode=require)"));
  EXPECT_THAT(with("verify-full", "TLSv1.3"), HasSubstr("ok: the connection has TLS"));
}

TEST(PostgresCheck, CountsConnectionsAgainstTheLowestLimit) {
  const auto with = [](std::uint32_t instances, std::optional<std::size_t> own) {
    return judged([=](Case& one) {
      one.settings.instances = instances;
      one.facts.own_limit = own;
    });
  };
  EXPECT_THAT(with(10, {}), HasSubstr("ok: 10 instance(s) take up to 90"));
  EXPECT_THAT(with(11, {}),
              HasSubstr("warning: 11 instance(s) take up to 99 connections; the server allows 97,"));
  EXPECT_THAT(with(1, 8),
              HasSubstr("warning: 1 instance(s) take up to 9 connections; the server allows 8 to this role"));
}

TEST(PostgresCheck, ComparesClocksAndTimes) {
  EXPECT_THAT(judged([](Case& one) { one.facts.ahead = -3s; }), HasSubstr("warning: its clock is 3s behind"));
  EXPECT_THAT(judged([](Case& one) { one.facts.ahead = 2s; }), Not(HasSubstr("clock")));
  EXPECT_THAT(judged([](Case& one) { one.facts.answered_in = 300ms; }),
              HasSubstr("large part of CURT_REDIRECT_DEADLINE"));
  EXPECT_THAT(judged([](Case& one) { one.facts.version_number = 120'003; }), HasSubstr("older than 13"));
}

TEST(PostgresCheck, LooksForPartitions) {
  const auto with = [](std::int64_t ahead, bool owns) {
    return judged([=](Case& one) {
      one.facts.days_ahead = ahead;
      one.facts.owns_tables = owns;
    });
  };
  EXPECT_THAT(with(0, true), HasSubstr("note: partitions for single visits are due"));
  EXPECT_THAT(with(-1, false), HasSubstr("run `curt maintain` once a day"));
  EXPECT_THAT(judged([](Case& one) {
                one.settings.visit_raw_days = 0;
                one.facts.days_ahead = -1;
              }),
              Not(HasSubstr("partitions")));
}

TEST(PostgresCheck, TellsThatSearchesHaveNoIndex) {
  EXPECT_THAT(
      judged([](Case& one) { one.facts.searches_by_index = false; }),
      AllOf(HasSubstr("note: searches read the texts of all links"), HasSubstr("CREATE EXTENSION pg_trgm")));
}

TEST(PostgresCheck, SaysWhatMigrateWouldDo) {
  const auto schema_of = [](const result<store::SchemaCheck>& schema) {
    store::MigrationReport pending;
    pending.steps = {{7, "0007_statistics"}};
    Findings findings;
    judge_schema(schema, pending, findings);
    return test::text_of(findings);
  };
  store::SchemaCheck check;
  check.version = check.latest_version = 7;
  EXPECT_EQ(schema_of(check), "ok: the schema is at version 7, the latest\n");
  check.fit = store::SchemaCheck::Fit::older;
  check.advice = "run `curt migrate`";
  EXPECT_EQ(schema_of(check), "error: run `curt migrate` -> `curt migrate` would apply 0007_statistics\n");
  check.fit = store::SchemaCheck::Fit::compatible;
  EXPECT_THAT(schema_of(check), HasSubstr("note: the schema is at version 7, newer"));
  EXPECT_THAT(schema_of(Error{ErrorCode::unavailable, "gone"}), HasSubstr("warning: "));
  EXPECT_EQ(schema_of(Error{ErrorCode::invalid_value, "of another program"}), "error: of another program\n");
}

TEST(PostgresCheck, ShowsNoPassword) {
  Settings settings = default_settings();
  settings.database_url = "postgresql://curt:s3cret@127.0.0.1:1/curt";
  Findings findings;
  check_postgres(settings, findings);
  EXPECT_THAT(test::text_of(findings), AllOf(HasSubstr("warning: 127.0.0.1:1, database curt: "),
                                             HasSubstr("starts all the same"), Not(HasSubstr("s3cret"))));
  settings.database_url = "postgresql://curt:s3cret@db?nonsense=1";
  Findings others;
  check_postgres(settings, others);
  EXPECT_THAT(test::text_of(others), AllOf(HasSubstr("error: "), Not(HasSubstr("s3cret"))));
}

TEST(PostgresCheck, RefusesWhatLibpqRefusesBeforeItAsksAServer) {
  Settings settings = default_settings();
  const auto found = [&settings](const char* url) {
    settings.database_url = url;
    Findings findings;
    check_postgres(settings, findings);
    return test::text_of(findings);
  };
  EXPECT_THAT(found("postgresql://u:p@127.0.0.1:99999/db"),
              HasSubstr("error: CURT_DATABASE_URL can never work: 99999 is no port from 1 to 65535"));
  EXPECT_THAT(found("postgresql://u:p@127.0.0.1:1/db?sslmode=wrong"),
              HasSubstr("error: CURT_DATABASE_URL can never work: sslmode=wrong is none of disable, "));
  EXPECT_THAT(found("postgresql:///db?host=a,b,c&port=1,2"), HasSubstr("error: "));
  EXPECT_THAT(found("postgresql://u:p@127.0.0.1:1,127.0.0.1:2/db?sslmode=require"),
              HasSubstr("warning: 127.0.0.1:1, 127.0.0.1:2, database db: "));
  EXPECT_THAT(found("postgresql://u:p@127.0.0.1:1"), HasSubstr("warning: 127.0.0.1:1: "));
}

}  // namespace
}  // namespace curt::app
