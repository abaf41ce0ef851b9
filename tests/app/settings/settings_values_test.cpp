#include "app/settings/settings_values.hpp"

#include <gtest/gtest.h>

#include "support/app/settings_fixture.hpp"

namespace curt::app {
namespace {

using SettingsValues = SettingsTest;

TEST_F(SettingsValues, AddressesThatIncludeEachOtherAreBothNamed) {
  sources_.flags = {{"listen", "127.0.0.1:80,:80"}};
  EXPECT_EQ(error(), "--listen: \":80\" includes 127.0.0.1:80, which is named too; name one of them");
  sources_.flags = {{"listen", "[::]:80,[::1]:80"}};
  EXPECT_EQ(error(), "--listen: \"[::1]:80\" is included in [::]:80, which is named too; name one of them");
}

}  // namespace
}  // namespace curt::app
