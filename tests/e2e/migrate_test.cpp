#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/paths.hpp"
#include "support/servers/child_process.hpp"
#include "support/servers/postgres_server.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {
namespace {

using testing::HasSubstr;

class MigratePostgres : public testing::Test {
 protected:
  [[nodiscard]] Finished curt(const std::string& database_url, std::vector<std::string> arguments,
                              const std::string& migrate_url = "") const {
    arguments.insert(arguments.begin(), curt_binary());
    return run(std::move(arguments),
               {{{"CURT_DATABASE_URL", database_url}, {"CURT_MIGRATE_DATABASE_URL", migrate_url}},
                folder_.path(),
                "/dev/null"});
  }

  TempFolder folder_;
  PostgresServer& server_ = PostgresServer::shared();
  const std::string database_ = server_.url(server_.fresh_database());
};

TEST_F(MigratePostgres, TwoAtOnceDoNoHarmOnAnEmptyDatabaseAndOnAnOldOne) {
  for (const char* state : {"empty", "up to date"}) {
    auto other = std::async(std::launch::async, [&] { return curt(database_, {"migrate"}); });
    const Finished one = curt(database_, {"migrate"});
    const Finished two = other.get();
    EXPECT_EQ(one.status, 0) << state << ": " << one.err;
    EXPECT_EQ(two.status, 0) << state << ": " << two.err;
  }
  EXPECT_THAT(curt(database_, {"migrate"}).out, HasSubstr("the latest"));
}

TEST_F(MigratePostgres, ADryRunOnlyPrints) {
  const Finished dry = curt(database_, {"migrate", "--dry-run"});
  EXPECT_EQ(dry.status, 0) << dry.err;
  EXPECT_THAT(dry.out, HasSubstr("would apply 0001_links"));
  EXPECT_THAT(curt(database_, {"migrate"}).out, HasSubstr("applied 0001_links"));
}

TEST_F(MigratePostgres, ServeBeforeItSaysWhatToRun) {
  const Finished serve = curt(database_, {"serve", "--listen", "127.0.0.1:0"});
  EXPECT_EQ(serve.status, 1);
  EXPECT_THAT(serve.err, HasSubstr("curt migrate"));
}

TEST_F(MigratePostgres, ServeOnANewerSchemaSaysSo) {
  ASSERT_EQ(curt(database_, {"migrate"}).status, 0);
  const std::string name = database_.substr(database_.rfind('/') + 1);
  server_.ask("INSERT INTO schema_migrations SELECT * FROM schema_migrations LIMIT 0", name);
  server_.ask(
      "UPDATE schema_migrations SET version = 9999 WHERE version = (SELECT max(version) FROM "
      "schema_migrations)",
      name);
  const Finished serve = curt(database_, {"serve", "--listen", "127.0.0.1:0"});
  EXPECT_EQ(serve.status, 1);
  EXPECT_THAT(serve.err, HasSubstr("newer"));
}

TEST_F(MigratePostgres, GoesToTheDatabaseThatIsNamedForIt) {
  EXPECT_EQ(curt("postgresql://127.0.0.1:1/nowhere", {"migrate"}, database_).status, 0);
  EXPECT_THAT(curt(database_, {"migrate"}).out, HasSubstr("the latest"));
}

}  // namespace
}  // namespace curt::test
