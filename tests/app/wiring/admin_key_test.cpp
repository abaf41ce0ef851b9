#include "app/wiring/admin_key.hpp"

#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_folder.hpp"

namespace curt::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string error_of(const std::string& file) {
  Settings settings = default_settings();
  settings.admin_key_file = file;
  const auto read = read_admin_key(settings);
  return read ? "no error" : read.error().detail;
}

TEST(AdminKey, IsAdvisedWhereTheFileHasNone) {
  const test::TempFolder folder;
  const std::string file = (folder.path() / "admin.key").string();
  EXPECT_THAT(error_of(file), AllOf(HasSubstr("No such file"), HasSubstr("`curt keys generate`")));
  for (const char* text : {"", "horse", "curt_Ab3dEf6hIj9l_short"}) {
    std::ofstream{file} << text;
    EXPECT_THAT(error_of(file), AllOf(HasSubstr("CURT_ADMIN_KEY_FILE"), HasSubstr("`curt keys generate`")));
  }
  EXPECT_THAT(error_of(folder.path().string()),
              AllOf(HasSubstr("is not a regular file"), Not(HasSubstr("keys generate"))));
}

}  // namespace
}  // namespace curt::app
