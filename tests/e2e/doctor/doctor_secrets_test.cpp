#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/paths.hpp"
#include "support/patience.hpp"
#include "support/servers/curt_process.hpp"
#include "support/servers/postgres_server.hpp"
#include "support/servers/redis_server.hpp"
#include "support/servers/server_process.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class DoctorAndPasswords : public testing::Test {
 protected:
  [[nodiscard]] Finished curt(const std::string& command, CurtProcess::Environment environment) const {
    environment.emplace_back("CURT_LISTEN", "127.0.0.1:0");
    return run({curt_binary(), command}, {.environment = environment, .folder = folder_.path()});
  }

  const TempFolder folder_;
};

/// Has the server ask the role `locked` for its password, "right".
void lock(const PostgresServer& postgres) {
  postgres.ask("CREATE ROLE locked LOGIN PASSWORD 'right'");
  postgres.ask(
      "DO $$ BEGIN EXECUTE format('COPY (VALUES (''host all locked 127.0.0.1/32 scram-sha-256''),"
      " (''host all all 127.0.0.1/32 trust''), (''local all all trust'')) TO %L',"
      " current_setting('hba_file')); END $$");
  postgres.ask("SELECT pg_reload_conf()");
}

TEST_F(DoctorAndPasswords, APasswordThatPostgresRefusesIsToldOfAndNotShown) {
  const PostgresServer postgres;
  lock(postgres);
  const std::string url =
      fmt::format("postgresql://locked:{}@127.0.0.1:{}/postgres", "wr0ng", postgres.port());
  Finished found;
  const auto is_refused = [&] {
    found = curt("doctor", {{"CURT_DATABASE_URL", url}, {"CURT_MIGRATE_DATABASE_URL", url}});
    return found.out.find("password authentication failed for user \"locked\"") != std::string::npos;
  };
  require_soon(is_refused, "the server takes any password");
  EXPECT_EQ(found.status, 0) << "serve starts all the same";
  EXPECT_THAT(found.out,
              AllOf(HasSubstr("\nMigration\n"), HasSubstr("serves what caches know"),
                    HasSubstr("`curt migrate` and `curt maintain` use it"), Not(HasSubstr("wr0ng"))));
  EXPECT_EQ(found.err, "");
}

TEST_F(DoctorAndPasswords, APasswordThatRedisRefusesIsToldOfAndNotShown) {
  const RedisServer redis{{.password = "right", .tls_names = {}, .arguments = {}}};
  const std::string address = redis.url().substr(redis.url().rfind('@') + 1);
  const Finished found = curt("doctor", {{"CURT_REDIS_URL", "redis://:wr0ng@" + address}});
  EXPECT_EQ(found.status, 0) << found.out;
  EXPECT_THAT(found.out,
              AllOf(HasSubstr("WRONGPASS"), HasSubstr("asks the database"), Not(HasSubstr("wr0ng"))));
  EXPECT_EQ(found.err, "");
}

TEST_F(DoctorAndPasswords, TheReasonOfLibpqIsToldByEveryCommand) {
  const std::string url = "postgresql://curt:s3#cret@127.0.0.1:1/curt?schema=public";
  for (const char* command : {"serve", "doctor", "migrate"}) {
    const Finished found = curt(command, {{"CURT_DATABASE_URL", url}});
    EXPECT_NE(found.status, 0) << command;
    EXPECT_THAT(found.out + found.err,
                AllOf(HasSubstr("invalid URI query parameter: \"schema\""), Not(HasSubstr("cret"))))
        << command;
  }
  const Finished found = curt("doctor", {{"CURT_DATABASE_URL", url}, {"CURT_MIGRATE_DATABASE_URL", url}});
  EXPECT_THAT(found.out,
              HasSubstr("CURT_MIGRATE_DATABASE_URL is not a connection string that PostgreSQL's libpq "
                        "takes: invalid URI query parameter: \"schema\""));
}

TEST_F(DoctorAndPasswords, APasswordThatIsNotEscapedIsShownByNoCommand) {
  for (const char* url : {"postgresql://curt:AbC/dEf@db/curt", "postgresql://curt:AbC@dEf@db/curt"}) {
    for (const char* command : {"doctor", "serve", "migrate", "export"}) {
      const Finished found = curt(command, {{"CURT_DATABASE_URL", url}});
      EXPECT_NE(found.status, 0);
      EXPECT_THAT(found.out + found.err, AllOf(HasSubstr("CURT_DATABASE_URL"), HasSubstr("%2F for /"),
                                               Not(HasSubstr("AbC")), Not(HasSubstr("dEf"))))
          << command;
    }
  }
}

}  // namespace
}  // namespace curt::test
