#include "app/settings/url_file.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

namespace curt::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kUrl = "postgresql://curt:horse-battery@db.internal/curt";

class UrlFileTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* test = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path{testing::TempDir()} / ("curt_url_file_" + std::string{test->name()});
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& text) {
    std::ofstream{folder_ / "secret"} << text;
    return (folder_ / "secret").string();
  }

  static SettingsReading read(const Environment& environment, Command command = Command::serve) {
    SettingsSources sources;
    sources.environment = environment;
    sources.default_config = "/nowhere/curt.toml";
    return read_settings(command, sources);
  }
  static std::string error_of(const Environment& environment) {
    const SettingsReading reading = read(environment);
    return reading.errors.empty() ? "no error" : reading.errors.front().message;
  }

  std::filesystem::path folder_;
};

TEST_F(UrlFileTest, AFileHoldsTheUrlInPlaceOfTheSetting) {
  const SettingsReading reading = read({{"CURT_DATABASE_URL_FILE", write(std::string{kUrl} + " \r\n\n")}});
  EXPECT_TRUE(reading.errors.empty());
  EXPECT_TRUE(reading.settings.warnings.empty());
  EXPECT_EQ(reading.settings.database_url, kUrl);
  EXPECT_EQ(reading.settings.database_url_file, (folder_ / "secret").string());
  const std::string redis = write("redis://:horse@cache/1");
  EXPECT_EQ(read({{"CURT_REDIS_URL_FILE", redis}}).settings.redis_url, "redis://:horse@cache/1");
  const std::string direct = write(kUrl);
  EXPECT_EQ(
      read({{"CURT_MIGRATE_DATABASE_URL_FILE", direct}}, Command::migrate).settings.migrate_database_url,
      kUrl);
}

TEST_F(UrlFileTest, BothAreRefusedByTheirNames) {
  const std::string file = write(kUrl);
  EXPECT_EQ(error_of({{"CURT_DATABASE_URL_FILE", file}, {"CURT_DATABASE_URL", "sqlite:a.db"}}),
            "CURT_DATABASE_URL_FILE: CURT_DATABASE_URL is given too; one of the two has to go");
  EXPECT_EQ(error_of({{"CURT_DATABASE_URL_FILE", file}, {"CURT_DATABASE_URL", ""}}), "no error");
}

TEST_F(UrlFileTest, AFileOfNoUseIsNamedAndNotShown) {
  const std::string missing = (folder_ / "missing").string();
  EXPECT_EQ(error_of({{"CURT_REDIS_URL_FILE", missing}}),
            "CURT_REDIS_URL_FILE: " + missing + " cannot be read: No such file or directory");
  const std::string file = write(" \n");
  EXPECT_EQ(error_of({{"CURT_DATABASE_URL_FILE", file}}), "CURT_DATABASE_URL_FILE: " + file + " is empty");
  EXPECT_EQ(error_of({{"CURT_DATABASE_URL_FILE", folder_.string()}}),
            "CURT_DATABASE_URL_FILE: " + folder_.string() + " is not a regular file");
  for (const char* bad :
       {"horse-battery", "postgresql://curt:horse-battery/@db/curt", "none", "mysql://horse"}) {
    write(bad);
    for (const char* name : {"CURT_DATABASE_URL_FILE", "CURT_REDIS_URL_FILE"}) {
      EXPECT_THAT(
          error_of({{name, file}}),
          AllOf(HasSubstr(name), HasSubstr("what " + file + " holds is not"), Not(HasSubstr("horse"))));
    }
  }
  write(std::string(9000, 'x'));
  EXPECT_THAT(error_of({{"CURT_DATABASE_URL_FILE", file}}), HasSubstr("holds more than 8192 bytes"));
}

TEST_F(UrlFileTest, ANamedPipeKeepsNobodyWaiting) {
  const std::string pipe = (folder_ / "pipe").string();
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_THAT(error_of({{"CURT_DATABASE_URL_FILE", pipe}}), HasSubstr("is not a regular file"));
}

TEST_F(UrlFileTest, ServeReadsNoFileThatIsOnlyForMigrations) {
  EXPECT_EQ(error_of({{"CURT_MIGRATE_DATABASE_URL_FILE", "/nowhere"}}), "no error");
  const SettingsReading reading = read({{"CURT_MIGRATE_DATABASE_URL_FILE", "/nowhere"}}, Command::doctor);
  EXPECT_TRUE(reading.errors.empty());
  ASSERT_EQ(reading.settings.warnings.size(), 1U);
  EXPECT_THAT(reading.settings.warnings[0],
              HasSubstr("CURT_MIGRATE_DATABASE_URL_FILE: /nowhere cannot be read"));
}

}  // namespace
}  // namespace curt::app
