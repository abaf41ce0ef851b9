#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/app/settings/settings.hpp"

namespace curt::app {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

SettingsSources sources(Environment environment) {
  SettingsSources all;
  all.environment = std::move(environment);
  all.default_config = "/nowhere/curt.toml";
  return all;
}

TEST(SettingsOfLists, AreNoneAtFirst) {
  const Settings settings = default_settings();
  EXPECT_THAT(settings.blocklist, IsEmpty());
  EXPECT_THAT(settings.allowlist, IsEmpty());
  EXPECT_FALSE(settings.allow_only);
  EXPECT_FALSE(settings.refuse_shorteners);
  EXPECT_FALSE(settings.refuse_confusable_hosts);
}

TEST(SettingsOfLists, NameEachFileOnce) {
  const auto settings = load_settings(Command::serve, sources({{"CURT_BLOCKLIST", "b, a,b"}}));
  ASSERT_TRUE(settings) << settings.error().message;
  EXPECT_THAT(settings->blocklist, ElementsAre("b", "a"));
}

TEST(SettingsOfLists, AreRefusedWhereACommaHasNoFileBesideIt) {
  for (const char* variable : {"CURT_BLOCKLIST", "CURT_ALLOWLIST"}) {
    for (const char* value : {",", "a,", ",a", "a, ,b"}) {
      const auto refused = load_settings(Command::serve, sources({{variable, value}}));
      ASSERT_FALSE(refused) << value;
      EXPECT_THAT(refused.error().message,
                  AllOf(HasSubstr(variable), HasSubstr(value), HasSubstr("no file or folder is named")));
    }
  }
}

TEST(SettingsOfLists, AreNoneWhereNothingIsNamed) {
  for (const char* value : {"", "none"}) {
    const auto settings = load_settings(Command::serve, sources({{"CURT_BLOCKLIST", value}}));
    ASSERT_TRUE(settings) << settings.error().message;
    EXPECT_THAT(settings->blocklist, IsEmpty());
  }
}

TEST(SettingsOfLists, BlockAllButWhatIsAllowedOnlyWithAListOfThat) {
  const auto refused = load_settings(Command::serve, sources({{"CURT_ALLOW_ONLY", "true"}}));
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, AllOf(HasSubstr("CURT_ALLOW_ONLY"), HasSubstr("CURT_ALLOWLIST")));
  EXPECT_TRUE(
      load_settings(Command::serve, sources({{"CURT_ALLOW_ONLY", "true"}, {"CURT_ALLOWLIST", "allowed"}})));
}

}  // namespace
}  // namespace curt::app
