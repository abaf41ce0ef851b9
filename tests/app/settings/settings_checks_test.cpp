#include "app/settings/settings_checks.hpp"

#include <gmock/gmock.h>

#include "support/app/settings_fixture.hpp"

namespace curt::app {
namespace {

using testing::HasSubstr;

using SettingsChecks = SettingsTest;

TEST_F(SettingsChecks, AsManyConnectionsAreKeptAsThereMayBeAtMost) {
  sources_.environment = {{"CURT_DB_POOL_MIN", "8"}};
  EXPECT_EQ(read_settings(Command::serve, sources_).errors.size(), 0U);
  sources_.environment = {{"CURT_DB_POOL_MIN", "9"}};
  EXPECT_THAT(error(), HasSubstr("CURT_DB_POOL_MIN: db_pool_min (9) is more than db_pool_size (8)"));
}

TEST_F(SettingsChecks, AddressesThatIncludeEachOtherAreBothNamed) {
  sources_.flags = {{"listen", "127.0.0.1:80,:80"}};
  EXPECT_EQ(error(), "--listen: \":80\" includes 127.0.0.1:80, which is named too; name one of them");
  sources_.flags = {{"listen", "[::]:80,[::1]:80"}};
  EXPECT_EQ(error(), "--listen: \"[::1]:80\" is included in [::]:80, which is named too; name one of them");
}

}  // namespace
}  // namespace curt::app
