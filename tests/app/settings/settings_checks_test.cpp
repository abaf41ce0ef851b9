#include "app/settings/settings_checks.hpp"

#include <gmock/gmock.h>

#include "support/app/settings_fixture.hpp"

namespace curt::app {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::UnorderedElementsAre;

using SettingsChecks = SettingsTest;

TEST_F(SettingsChecks, AsManyConnectionsAreKeptAsThereMayBeAtMost) {
  sources_.environment = {{"CURT_DB_POOL_MIN", "8"}};
  EXPECT_EQ(read_settings(Command::serve, sources_).errors.size(), 0U);
  sources_.environment = {{"CURT_DB_POOL_MIN", "9"}};
  EXPECT_THAT(error(), HasSubstr("CURT_DB_POOL_MIN: db_pool_min (9) is more than db_pool_size (8)"));
}

TEST_F(SettingsChecks, AWorkerNeedsRedisAndPostgres) {
  EXPECT_THAT(error(Command::worker), HasSubstr("redis_url: a worker takes visits from Redis"));
  sources_.environment = {{"CURT_REDIS_URL", "redis://127.0.0.1"}};
  EXPECT_THAT(error(Command::worker), HasSubstr("database_url: a worker applies visits to Postgres"));
  sources_.environment["CURT_DATABASE_URL"] = "postgresql://127.0.0.1/curt";
  EXPECT_EQ(error(Command::worker), "no error");
}

TEST_F(SettingsChecks, AnInstanceWithAWorkerNeedsRedisAndPostgres) {
  sources_.flags = {{"with_worker", "true"}};
  EXPECT_THAT(error(), HasSubstr("--with-worker: a worker takes visits from Redis to Postgres"));
  sources_.environment = {{"CURT_REDIS_URL", "redis://127.0.0.1"}};
  EXPECT_THAT(error(), HasSubstr("--with-worker: a worker takes visits from Redis to Postgres"));
  sources_.environment["CURT_DATABASE_URL"] = "postgresql://127.0.0.1/curt";
  EXPECT_EQ(error(), "no error");
}

TEST_F(SettingsChecks, SayAllThatIsWrong) {
  sources_.environment = {
      {"CURT_DB_POOL_MIN", "99"}, {"CURT_ALLOW_ONLY", "true"}, {"CURT_CLIENT_SHARE", "9"}};
  const SettingsReading reading = read_settings(Command::serve, sources_);
  EXPECT_THAT(reading.errors,
              UnorderedElementsAre(Field(&SettingsError::message, HasSubstr("CURT_CLIENT_SHARE: ")),
                                   Field(&SettingsError::message, HasSubstr("CURT_DB_POOL_MIN: ")),
                                   Field(&SettingsError::message, HasSubstr("CURT_ALLOW_ONLY: "))));
}

TEST_F(SettingsChecks, SayNothingOfAValueThatIsNotTheOneThatWasGiven) {
  sources_.environment = {{"CURT_DB_POOL_MIN", "9"}, {"CURT_DB_POOL_SIZE", "many"}};
  EXPECT_THAT(read_settings(Command::serve, sources_).errors,
              ElementsAre(Field(&SettingsError::message, HasSubstr("CURT_DB_POOL_SIZE: "))));
}

}  // namespace
}  // namespace curt::app
