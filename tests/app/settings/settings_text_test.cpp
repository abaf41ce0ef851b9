#include "app/settings/settings_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace curt::app {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(MaskPasswords, KeepsThemFromWhoeverReadsAnError) {
  for (const char* mistyped :
       {"postgresql://u:sEcret@h/db", "postgresql:/u:sEcret@h/db", "postgresql//u:sEcret@h/db",
        "u:sEcret@h/db", ":sEcret@h:6379", "redis:/:sEcret@h", "redis//:sEcret@h", "redis://u:sEcret",
        "redis://:sEcret/1", "postgresql://u:p@sEcret@h", "host=db password=sEcret user=u",
        "host=db PASSWORD='a sEcret'", "postgresql://db?user=u&password=sEcret",
        "--redis-url: redis:/:sEcret@h"}) {
    EXPECT_THAT(mask_passwords(mistyped), Not(HasSubstr("sEcret"))) << mistyped;
    EXPECT_THAT(mask_passwords(mistyped), HasSubstr("***")) << mistyped;
  }
}

TEST(MaskPasswords, LeavesWhatIsNone) {
  for (const char* text :
       {"127.0.0.1:8080", "http://localhost:8080/a", "sqlite:data/curt.db", "redis://h:6379/1",
        "redis://[::1]:6379", "curt@db", "256MiB", "https://example.com/?a=b:c", ""}) {
    EXPECT_EQ(mask_passwords(text), text);
  }
}

}  // namespace
}  // namespace curt::app
