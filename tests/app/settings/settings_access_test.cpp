#include <array>
#include <optional>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/app/settings/settings.hpp"

namespace curt::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;

SettingsReading read(const Environment& environment, Command command = Command::serve) {
  SettingsSources sources;
  sources.environment = environment;
  sources.default_config = "/nowhere/curt.toml";
  return read_settings(command, sources);
}

std::string error_of(const Environment& environment, Command command = Command::serve) {
  const SettingsReading reading = read(environment, command);
  return reading.errors.empty() ? "no error" : reading.errors.front().message;
}

/// A way to be reached by others, and how the refusal names it.
struct Reach {
  Environment environment;
  std::string named;
};

std::array<Reach, 5> ways_to_be_reached() {
  return {{
      {{{"CURT_LISTEN", "127.0.0.1:80,[::]:80"}}, "[::]:80 is reached from other machines"},
      {{{"CURT_LISTEN", "192.0.2.1:80"}}, "192.0.2.1:80 is reached from other machines"},
      {{{"CURT_BASE_URL", "https://go.example.com"}},
       "https://go.example.com (base_url) is not this machine alone"},
      {{{"CURT_BASE_URL", "http://localhost.example.com"}}, "is not this machine alone"},
      {{{"CURT_TRUSTED_PROXIES", "127.0.0.1"}}, "requests come through a proxy (trusted_proxies)"},
  }};
}

TEST(SettingsAccess, OpenIsTheDefaultOnlyWhereThisMachineIsAlone) {
  for (const Environment& alone : std::array<Environment, 5>{{
           {},
           {{"CURT_LISTEN", "127.0.0.2:80,[::1]:80"}},
           {{"CURT_BASE_URL", "http://127.0.0.1:8080"}},
           {{"CURT_BASE_URL", "http://[::1]:8080"}, {"CURT_METRICS_LISTEN", ":9090"}},
           {{"CURT_BASE_URL", "https://curt.localhost"}},
       }}) {
    EXPECT_EQ(read(alone).settings.auth_mode(), AuthMode::open);
    EXPECT_EQ(read(alone).settings.reached_by_others(), std::nullopt);
  }
  for (const auto& [environment, named] : ways_to_be_reached()) {
    const SettingsReading reading = read(environment);
    EXPECT_TRUE(reading.errors.empty()) << "keys are asked for there, and nothing has to be allowed";
    EXPECT_EQ(reading.settings.auth_mode(), AuthMode::keys) << named;
    EXPECT_THAT(reading.settings.reached_by_others().value_or(""), HasSubstr(named));
  }
}

TEST(SettingsAccess, OpenToOthersIsRefusedWithBothWaysOut) {
  for (auto [environment, named] : ways_to_be_reached()) {
    environment["CURT_AUTH"] = "open";
    EXPECT_THAT(error_of(environment), AllOf(HasSubstr("CURT_AUTH: open"), HasSubstr(named),
                                             HasSubstr("CURT_AUTH=keys"), HasSubstr("CURT_ALLOW_OPEN=true")));
    EXPECT_THAT(error_of(environment, Command::doctor), HasSubstr("CURT_AUTH: open"));
    environment["CURT_ALLOW_OPEN"] = "true";
    EXPECT_EQ(error_of(environment), "no error");
    EXPECT_EQ(read(environment).settings.auth_mode(), AuthMode::open);
  }
  EXPECT_EQ(error_of({{"CURT_AUTH", "open"}}), "no error") << "this machine is alone";
  EXPECT_EQ(error_of({{"CURT_AUTH", "open"}, {"CURT_METRICS_LISTEN", ":9090"}}), "no error")
      << "no link is changed at an address for metrics";
}

TEST(SettingsAccess, AllowedToBeOpenAloneMeansOpen) {
  for (auto [environment, named] : ways_to_be_reached()) {
    environment["CURT_ALLOW_OPEN"] = "true";
    EXPECT_EQ(error_of(environment), "no error");
    EXPECT_EQ(read(environment).settings.auth_mode(), AuthMode::open) << named;
    environment["CURT_AUTH"] = "keys";
    EXPECT_EQ(read(environment).settings.auth_mode(), AuthMode::keys) << named;
  }
}

TEST(SettingsAccess, KeysCanBeAskedForOnThisMachineToo) {
  EXPECT_EQ(read({{"CURT_AUTH", "keys"}}).settings.auth_mode(), AuthMode::keys);
  EXPECT_EQ(error_of({{"CURT_AUTH", "keys"}}), "no error");
}

TEST(SettingsAccess, AliasesOfThePublicNeedPublicLinks) {
  EXPECT_THAT(error_of({{"CURT_PUBLIC_ALIASES", "true"}}),
              AllOf(HasSubstr("CURT_PUBLIC_ALIASES: "), HasSubstr("CURT_PUBLIC_SHORTEN=true")));
  EXPECT_EQ(error_of({{"CURT_PUBLIC_ALIASES", "true"}, {"CURT_PUBLIC_SHORTEN", "true"}}), "no error");
}

TEST(SettingsAccess, MetricsHaveAnAddressOfTheirOwn) {
  EXPECT_THAT(error_of({{"CURT_LISTEN", "127.0.0.1:80"}, {"CURT_METRICS_LISTEN", "127.0.0.1:80"}}),
              HasSubstr("CURT_METRICS_LISTEN: 127.0.0.1:80 is named twice, here and in CURT_LISTEN"));
  EXPECT_THAT(error_of({{"CURT_LISTEN", ":80"}, {"CURT_METRICS_LISTEN", "127.0.0.1:80"}}),
              HasSubstr("is included in 0.0.0.0:80, which is named in CURT_LISTEN too; name one of them"));
  EXPECT_THAT(error_of({{"CURT_METRICS_LISTEN", "127.0.0.1:8080"}}), HasSubstr("here and in CURT_LISTEN"));
  EXPECT_EQ(error_of({{"CURT_LISTEN", "127.0.0.1:0"}, {"CURT_METRICS_LISTEN", "127.0.0.1:0"}}), "no error");
}

}  // namespace
}  // namespace curt::app
