#include "curt/app/settings/settings.hpp"

#include <fstream>
#include <regex>
#include <set>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/settings/settings_table.hpp"
#include "support/app/settings_fixture.hpp"
#include "support/paths.hpp"

namespace curt::app {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST_F(SettingsTest, NothingConfiguredGivesTheDefaults) {
  const Settings settings = load();
  EXPECT_EQ(settings, default_settings());
  ASSERT_EQ(settings.listen.size(), 1U);
  EXPECT_EQ(to_string(settings.listen[0]), "127.0.0.1:8080");
  EXPECT_EQ(settings.base_url, "http://localhost:8080");
  EXPECT_EQ(settings.auth, std::nullopt);
  EXPECT_EQ(settings.auth_mode(), AuthMode::open);
  EXPECT_FALSE(settings.allow_open);
  EXPECT_FALSE(settings.public_shorten);
  EXPECT_FALSE(settings.public_aliases);
  EXPECT_EQ(settings.admin_key_file, "");
  EXPECT_THAT(settings.metrics_listen, IsEmpty());
  EXPECT_TRUE(settings.trusted_proxies.empty());
  EXPECT_THAT(settings.cors_origins, IsEmpty());
  EXPECT_EQ(settings.root_redirect, "");
  EXPECT_EQ(settings.threads, 0U);
  EXPECT_EQ(settings.max_connections, 10'000U);
  EXPECT_EQ(settings.head_timeout, 10s);
  EXPECT_EQ(settings.body_timeout, 30s);
  EXPECT_EQ(settings.idle_timeout, 75s);
  EXPECT_EQ(settings.write_timeout, 30s);
  EXPECT_EQ(settings.shutdown_timeout, 10s);
  EXPECT_EQ(settings.redirect_deadline, 1s);
  EXPECT_EQ(settings.api_deadline, 5s);
  EXPECT_EQ(settings.code_length, 7U);
  EXPECT_EQ(settings.database_url, "sqlite:data/curt.db");
  EXPECT_EQ(settings.sqlite_path(), "data/curt.db");
  EXPECT_EQ(settings.db_readers, 2U);
  EXPECT_EQ(settings.cache_bytes, 268'435'456U);
  EXPECT_EQ(settings.cache_ttl, 60s);
  EXPECT_EQ(settings.negative_ttl, 5s);
  EXPECT_EQ(settings.log_level, log::Level::info);
  EXPECT_EQ(settings.log_format, log::Format::automatic);
  EXPECT_TRUE(settings.access_log);
  EXPECT_THAT(settings.warnings, IsEmpty());
}

TEST_F(SettingsTest, FlagIsStrongerThanEnvironmentThanFileThanDefault) {
  sources_.default_config = write_file("head_timeout = '1s'\nbody_timeout = '1s'\nidle_timeout = '1s'\n");
  sources_.environment = {{"CURT_BODY_TIMEOUT", "2s"}, {"CURT_IDLE_TIMEOUT", "2s"}};
  sources_.flags = {{"idle_timeout", "3s"}};
  const Settings settings = load();
  EXPECT_EQ(settings.write_timeout, 30s);
  EXPECT_EQ(settings.head_timeout, 1s);
  EXPECT_EQ(settings.body_timeout, 2s);
  EXPECT_EQ(settings.idle_timeout, 3s);
}

TEST_F(SettingsTest, AnEmptyVariableCountsAsNotSet) {
  sources_.default_config = write_file("threads = 3\n");
  sources_.environment = {{"CURT_THREADS", ""}, {"CURT_CONFIG", ""}};
  EXPECT_EQ(load().threads, 3U);
}

TEST_F(SettingsTest, TheFlagForTheFileIsStrongerThanItsVariable) {
  sources_.default_config = write_file("threads = 1\n", "default.toml");
  sources_.environment = {{"CURT_CONFIG", write_file("threads = 2\n", "variable.toml").string()}};
  EXPECT_EQ(load().threads, 2U);
  sources_.config_file = write_file("threads = 3\n", "flag.toml");
  EXPECT_EQ(load().threads, 3U);
}

TEST_F(SettingsTest, AFileThatIsNamedMustBeThere) {
  sources_.config_file = folder_ / "missing.toml";
  EXPECT_EQ(error(), "--config: there is no file " + (folder_ / "missing.toml").string());
  sources_.config_file.reset();
  sources_.environment = {{"CURT_CONFIG", "/nowhere/curt.toml"}};
  EXPECT_EQ(error(), "CURT_CONFIG: there is no file /nowhere/curt.toml");
}

TEST_F(SettingsTest, AFolderIsNoFileOfSettings) {
  sources_.config_file = folder_;
  EXPECT_EQ(error(), folder_.string() + ": is a folder, not a file of settings");
}

TEST_F(SettingsTest, AMessageSaysWhereTheValueCameFrom) {
  sources_.default_config = write_file("# a comment\n\nlisten = \"foo\"\n");
  EXPECT_EQ(error(), sources_.default_config.string() +
                         ":3: listen: \"foo\" is not an address such as 127.0.0.1:8080");
  sources_.environment = {{"CURT_LISTEN", "bar"}};
  EXPECT_EQ(error(), "CURT_LISTEN: \"bar\" is not an address such as 127.0.0.1:8080");
  sources_.flags = {{"listen", "127.0.0.1:1,b\naz"}};
  EXPECT_EQ(error(), "--listen: \"b\\naz\" is not an address such as 127.0.0.1:8080");
}

TEST_F(SettingsTest, AnUnknownKeyIsRefusedWithItsLineAndTheNearestName) {
  sources_.default_config = write_file("threads = 1\nlistn = 'x'\n");
  EXPECT_EQ(error(),
            sources_.default_config.string() + ":2: \"listn\" is not a setting; did you mean listen?");
  sources_.default_config = write_file("\n[server]\nlisten = ':80'\n");
  EXPECT_EQ(error(), sources_.default_config.string() + ":2: \"server\" is not a setting");
}

TEST_F(SettingsTest, BadTomlIsRefusedWithItsLine) {
  sources_.default_config = write_file("threads = 1\nthreads = 2\n");
  EXPECT_THAT(error(), HasSubstr(sources_.default_config.string() + ":2: "));
  sources_.default_config = write_file("listen = \n");
  EXPECT_THAT(error(), HasSubstr(sources_.default_config.string() + ":1: "));
}

TEST_F(SettingsTest, TheFileTakesTheTypesOfToml) {
  sources_.default_config = write_file(
      "threads = 4\naccess_log = false\nlisten = ['127.0.0.1:1', '[::1]:2']\ncache_bytes = 1_048_576\n"
      "cors_origins = []\ncode_length = '9'\n");
  const Settings settings = load();
  EXPECT_EQ(settings.threads, 4U);
  EXPECT_FALSE(settings.access_log);
  EXPECT_EQ(settings.listen.size(), 2U);
  EXPECT_EQ(settings.cache_bytes, 1'048'576U);
  EXPECT_EQ(settings.code_length, 9U);
}

TEST_F(SettingsTest, TheFileTakesNoOtherTypes) {
  for (const char* value : {"2026-01-01", "[1, 2]", "{a = 1}", "[['x']]"}) {
    sources_.default_config = write_file(std::string{"threads = "} + value + "\n");
    EXPECT_EQ(error(), sources_.default_config.string() +
                           ":1: threads is not a string, a number, a boolean or a list of strings");
  }
  sources_.default_config = write_file("threads = true\n");
  EXPECT_THAT(error(), HasSubstr("threads: \"true\" is not a whole number from 0 to 256"));
}

TEST_F(SettingsTest, ReadingGoesOnAfterWhatIsWrong) {
  sources_.config_file = write_file("threads = 3\ncode_length = 99\n");
  sources_.environment = {{"CURT_LISTEN", "nowhere"}, {"CURT_CACHE_BYTES", "1MiB"}, {"CURT_LISTN", "x"}};
  sources_.flags = {{"redis_url", "none"}, {"head_timeout", "soon"}};
  const SettingsReading reading = read_settings(Command::serve, sources_);
  ASSERT_EQ(reading.errors.size(), 3U);
  EXPECT_THAT(reading.errors[0].message, HasSubstr("CURT_LISTEN: \"nowhere\""));
  EXPECT_THAT(reading.errors[1].message, HasSubstr("--head-timeout: "));
  EXPECT_THAT(reading.errors[2].message, HasSubstr("curt.toml:2: code_length: "));
  EXPECT_EQ(reading.settings.threads, 3U);
  EXPECT_EQ(reading.settings.cache_bytes, 1U << 20U);
  EXPECT_EQ(reading.settings.listen, default_settings().listen) << "where it is wrong";
  EXPECT_EQ(reading.settings.warnings.size(), 1U);
  EXPECT_EQ(reading.file, sources_.config_file);
  EXPECT_EQ(reading.given.size(), 6U);
  EXPECT_EQ(reading.given.at("cache_bytes"), "CURT_CACHE_BYTES");
  EXPECT_EQ(error(), reading.errors.front().message);
}

TEST_F(SettingsTest, ReadingGoesOnAfterKeysOfAFileThatAreNoSettings) {
  sources_.config_file =
      write_file("threds = 1\nthreads = 3\ncode_length = 99\nallow_open = 2026-01-01\n[x]\ny = 1\n");
  sources_.environment = {{"CURT_LISTEN", "nowhere"}};
  const SettingsReading reading = read_settings(Command::doctor, sources_);
  ASSERT_EQ(reading.errors.size(), 5U);
  EXPECT_THAT(reading.errors[0].message, HasSubstr("curt.toml:1: \"threds\" is not a setting"));
  EXPECT_THAT(reading.errors[1].message, HasSubstr("curt.toml:4: allow_open is not a string"));
  EXPECT_THAT(reading.errors[2].message, HasSubstr("curt.toml:5: \"x\" is not a setting"));
  EXPECT_THAT(reading.errors[3].message, HasSubstr("CURT_LISTEN: \"nowhere\""));
  EXPECT_THAT(reading.errors[4].message, HasSubstr("curt.toml:3: code_length: "));
  EXPECT_FALSE(reading.file_is_wrong);
  EXPECT_EQ(reading.settings.threads, 3U) << "the others are used";
  EXPECT_EQ(error(), reading.errors.front().message);
  sources_.environment = {{"CURT_LISTEN", ":80"}, {"CURT_AUTH", "open"}};
  sources_.config_file = write_file("bogus = 1\n");
  EXPECT_EQ(read_settings(Command::doctor, sources_).errors.size(), 2U) << "and they are checked together";
}

TEST_F(SettingsTest, ReadingGoesOnWithoutAFileThatIsWrong) {
  sources_.config_file = write_file("threads = = 3\n");
  sources_.environment = {{"CURT_CODE_LENGTH", "0"}};
  const SettingsReading reading = read_settings(Command::serve, sources_);
  ASSERT_EQ(reading.errors.size(), 2U);
  EXPECT_THAT(reading.errors[0].message, HasSubstr("curt.toml:1: "));
  EXPECT_TRUE(reading.file) << "it is there";
  EXPECT_TRUE(reading.file_is_wrong);
  sources_ = {};
  sources_.default_config = folder_ / "none.toml";
  EXPECT_TRUE(read_settings(Command::serve, sources_).given.empty());
  EXPECT_FALSE(read_settings(Command::serve, sources_).file);
}

TEST_F(SettingsTest, UnknownVariablesAreAWarningAndNoError) {
  sources_.environment = {
      {"CURT_LISEN", ":80"}, {"CURT_QQQQQQQQQQQQQQQ", "1"}, {"CURT_THREADS", "1"}, {"HOME", "/"}};
  EXPECT_THAT(load().warnings,
              ElementsAre("the environment variable CURT_LISEN is not a setting; did you mean CURT_LISTEN?",
                          "the environment variable CURT_QQQQQQQQQQQQQQQ is not a setting"));
}

TEST_F(SettingsTest, SettingsOfOtherCommandsArePassedOver) {
  sources_.environment = {{"CURT_THREADS", "many"}, {"CURT_DATABASE_URL", "sqlite:x.db"}};
  EXPECT_EQ(load(Command::export_links).database_url, "sqlite:x.db");
  EXPECT_THAT(error(Command::serve), HasSubstr("CURT_THREADS"));
}

// NOLINTBEGIN(concurrency-mt-unsafe): no other thread is there
TEST_F(SettingsTest, TheProcessEnvironmentHoldsOnlyOurVariables) {
  ASSERT_EQ(setenv("CURT_TEST_ONLY", "a=b", 1), 0);
  const Environment environment = process_environment();
  unsetenv("CURT_TEST_ONLY");
  EXPECT_EQ(environment.at("CURT_TEST_ONLY"), "a=b");
  for (const auto& [name, value] : environment) EXPECT_TRUE(name.starts_with("CURT_")) << name;
}
// NOLINTEND(concurrency-mt-unsafe)

TEST_F(SettingsTest, OriginsAreWrittenAsABrowserWritesThem) {
  sources_.flags = {{"base_url", "HTTPS://Go.Example.COM:443/"},
                    {"cors_origins", "http://A.example:80, https://b.example:8443/,http://a.example"}};
  const Settings settings = load();
  EXPECT_EQ(settings.base_url, "https://go.example.com");
  EXPECT_THAT(settings.cors_origins, ElementsAre("http://a.example", "https://b.example:8443"));
}

TEST_F(SettingsTest, AWordForNoneTakesBackWhatAWeakerSourceSays) {
  sources_.default_config =
      write_file("trusted_proxies = ['10.0.0.0/8']\nroot_redirect = 'https://example.com'\n");
  EXPECT_FALSE(load().trusted_proxies.empty());
  sources_.environment = {{"CURT_TRUSTED_PROXIES", "none"}, {"CURT_ROOT_REDIRECT", "none"}};
  EXPECT_TRUE(load().trusted_proxies.empty());
  EXPECT_EQ(load().root_redirect, "");
}

TEST_F(SettingsTest, TheExampleFileNamesEverySettingWithItsDefault) {
  std::ifstream example{test::source_dir() + "/config/curt.toml"};
  ASSERT_TRUE(example);
  const std::regex commented{"#([a-z_]+) = (.*)"};
  std::set<std::string, std::less<>> named;
  std::ostringstream active;
  for (std::string line; std::getline(example, line);) {
    EXPECT_TRUE(line.empty() || line.front() == '#') << "every line is a comment: " << line;
    std::smatch match;
    if (!std::regex_match(line, match, commented)) continue;
    EXPECT_TRUE(named.insert(match[1]).second) << match[1] << " is there twice";
    active << line.substr(1) << '\n';
  }
  for (const Setting& setting : settings_table()) EXPECT_TRUE(named.contains(setting.name)) << setting.name;
  EXPECT_EQ(named.size(), settings_table().size());
  sources_.default_config = write_file(active.str());
  Settings loaded = load();
  EXPECT_EQ(loaded.config_file, sources_.default_config);
  EXPECT_EQ(loaded.database_source, ValueSource::file);
  loaded.config_file.clear();
  loaded.database_source = ValueSource::table;
  EXPECT_EQ(loaded, default_settings());
}

}  // namespace
}  // namespace curt::app
