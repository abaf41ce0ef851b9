#include "app/doctor/checks/settings_check.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/app/findings_text.hpp"
#include "support/temp_folder.hpp"

namespace curt::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string found_in(const Environment& environment,
                     const std::filesystem::path& file = "/nowhere/curt.toml") {
  SettingsSources sources;
  sources.environment = environment;
  sources.default_config = file;
  Findings findings;
  check_settings(read_settings(Command::doctor, sources), findings);
  return test::text_of(findings);
}

TEST(SettingsCheck, FindsNothingWrongWithTheDefaults) {
  EXPECT_THAT(found_in({}), AllOf(HasSubstr("ok: no file of settings is there, 0 from the environment"),
                                  HasSubstr("names of files begin in "), Not(HasSubstr("note:")),
                                  Not(HasSubstr("warning:"))));
}

TEST(SettingsCheck, NamesAllThatIsWrong) {
  EXPECT_THAT(
      found_in({{"CURT_LISTEN", "nowhere"}, {"CURT_CODE_LENGTH", "99"}, {"CURT_LISTN", ":80"}}),
      AllOf(HasSubstr("error: CURT_LISTEN: "), HasSubstr("error: CURT_CODE_LENGTH: "),
            HasSubstr(
                "warning: the environment variable CURT_LISTN is not a setting; did you mean CURT_LISTEN?"),
            HasSubstr("defaults in their place")));
}

TEST(SettingsCheck, SaysThatAFileWhichIsWrongIsNotUsed) {
  const test::TempFolder folder;
  const std::filesystem::path file = folder.path() / "curt.toml";
  std::ofstream{file} << "threads = 3\nlisten = nowhere\n";
  EXPECT_THAT(found_in({}, file),
              AllOf(HasSubstr(fmt::format("error: {}:2: ", file.string())),
                    HasSubstr(fmt::format("ok: none from {}, which cannot be used, 0 from", file.string())),
                    Not(HasSubstr("no file of settings"))));
}

TEST(SettingsCheck, JudgesTheSettingsThatServeDoesNotRead) {
  const std::string found = found_in({{"CURT_DATABASE_URL", "postgresql://db/curt"},
                                      {"CURT_MIGRATE_DATABASE_URL", "sqlite:a.db"},
                                      {"CURT_WORKER_LISTEN", "9090"}});
  EXPECT_THAT(found, AllOf(HasSubstr("warning: CURT_MIGRATE_DATABASE_URL: \"sqlite:a.db\" is not"),
                           HasSubstr("warning: CURT_WORKER_LISTEN: \"9090\""),
                           HasSubstr("`curt serve` passes it over"), Not(HasSubstr("error: "))));
}

TEST(SettingsCheck, NamesWhatHasNoEffectTogetherWithTheRest) {
  EXPECT_THAT(found_in({{"CURT_DB_POOL_SIZE", "8"}, {"CURT_INSTANCES", "3"}, {"CURT_REDIS_TTL", "1h"}}),
              AllOf(HasSubstr("note: CURT_DB_POOL_SIZE, CURT_INSTANCES without effect with SQLite"),
                    HasSubstr("note: CURT_REDIS_TTL without effect without Redis"),
                    HasSubstr("warning: 3 instances are meant, and a SQLite file is for one")));
  EXPECT_THAT(found_in({{"CURT_DATABASE_URL", "postgresql://db/curt"}, {"CURT_DB_READERS", "4"}}),
              HasSubstr("note: CURT_DB_READERS without effect with Postgres"));
  EXPECT_THAT(
      found_in(
          {{"CURT_REDIS_URL", "redis://r"}, {"CURT_REDIS_CA_FILE", "/ca.pem"}, {"CURT_REDIS_TIMEOUT", "2s"}}),
      AllOf(HasSubstr("warning: CURT_REDIS_CA_FILE is named"), HasSubstr("leaves a redirect no time")));
  EXPECT_THAT(found_in({{"CURT_CACHE_BYTES", "0"}, {"CURT_STALE_MAX", "1s"}}),
              AllOf(HasSubstr("note: the cache is off"), HasSubstr("note: CURT_STALE_MAX (1s) is below")));
}

TEST(SettingsCheck, WarnsWhereAllClientsAreOneToTheLimits) {
  const auto warns =
      HasSubstr("through a proxy, and none is trusted: to CURT_LIMIT_… all without an API key");
  const Environment local{{"CURT_BASE_URL", "http://go.example.com"}, {"CURT_LIMIT_API", "60/1m"}};
  EXPECT_THAT(found_in(local), warns) << "only this machine is listened for, and others come";
  const Environment tls{{"CURT_LISTEN", ":8080"},
                        {"CURT_BASE_URL", "https://go.example.com"},
                        {"CURT_LIMIT_REDIRECT", "60/1m"}};
  EXPECT_THAT(found_in(tls), warns);
  for (const Environment& environment : {local, tls}) {
    Environment trusting = environment;
    trusting["CURT_TRUSTED_PROXIES"] = "10.0.0.0/8";
    EXPECT_THAT(found_in(trusting), Not(warns));
    Environment without = environment;
    without["CURT_LIMIT_API"] = without["CURT_LIMIT_REDIRECT"] = "0";
    EXPECT_THAT(found_in(without), Not(warns));
  }
  EXPECT_THAT(found_in({{"CURT_LIMIT_API", "60/1m"}}), Not(warns)) << "this machine alone";
  EXPECT_THAT(
      found_in(
          {{"CURT_LISTEN", ":80"}, {"CURT_BASE_URL", "http://go.example.com"}, {"CURT_LIMIT_API", "60/1m"}}),
      Not(warns));
}

TEST(SettingsCheck, NotesThatInstancesWithoutRedisCountEachByItself) {
  const Environment postgres{
      {"CURT_DATABASE_URL", "postgresql://db/curt"}, {"CURT_INSTANCES", "3"}, {"CURT_LIMIT_API", "60/1m"}};
  EXPECT_THAT(found_in(postgres), HasSubstr("note: each of 3 instances counts clients by itself"));
  Environment redis = postgres;
  redis["CURT_REDIS_URL"] = "redis://r";
  EXPECT_THAT(found_in(redis), Not(HasSubstr("counts clients by itself")));
}

TEST(SettingsCheck, ShowsNoPassword) {
  EXPECT_THAT(found_in({{"CURT_DATABASE_URL", "mysql://curt:s3cret@db/curt"},
                        {"CURT_REDIS_URL", "http://:s3cret@r"}}),
              Not(HasSubstr("s3cret")));
}

}  // namespace
}  // namespace curt::app
