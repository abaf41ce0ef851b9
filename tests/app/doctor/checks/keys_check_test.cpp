#include "app/doctor/checks/keys_check.hpp"

#include <filesystem>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/app/findings_text.hpp"
#include "support/temp_folder.hpp"

namespace curt::app {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string counted(const Settings& settings, std::optional<std::size_t> usable) {
  Findings findings;
  judge_key_count(settings, usable, findings);
  return test::text_of(findings);
}

std::string files(const Settings& settings) {
  Findings findings;
  check_secret_files(settings, findings);
  return test::text_of(findings);
}

TEST(KeysCheck, AdvisesAFirstKeyWhereKeysAreAskedFor) {
  Settings settings = default_settings();
  EXPECT_EQ(counted(settings, 0), "");
  EXPECT_THAT(counted(settings, 2), HasSubstr("ok: 2 key(s), although none is asked for"));
  settings.auth = AuthMode::keys;
  EXPECT_THAT(counted(settings, 0), AllOf(HasSubstr("warning: keys are asked for"),
                                          HasSubstr("curt keys create --name admin --scopes admin")));
  EXPECT_EQ(counted(settings, std::nullopt), "") << "nothing is known";
  EXPECT_THAT(counted(settings, 1), HasSubstr("ok: 1 key(s) are good"));
  settings.admin_key_file = "/run/secrets/admin";
  EXPECT_THAT(counted(settings, 0), AllOf(HasSubstr("note: "), Not(HasSubstr("warning"))));
}

TEST(KeysCheck, LooksAtTheFilesOfSecrets) {
  const test::TempFolder folder;
  const std::string file = (folder.path() / "admin.key").string();
  Settings settings = default_settings();
  EXPECT_EQ(files(settings), "");
  settings.admin_key_file = file;
  EXPECT_THAT(files(settings), AllOf(HasSubstr("error: CURT_ADMIN_KEY_FILE"), HasSubstr(file)));
  std::ofstream{file} << "curt_Ab3dEf6hIj9l_0123456789abcdefghijABCDEFGHIJ0123456789abc\n";
  std::filesystem::permissions(file, std::filesystem::perms{0600});
  EXPECT_THAT(files(settings), AllOf(HasSubstr("holds the admin key Ab3dEf6hIj9l"), Not(HasSubstr("note")),
                                     Not(HasSubstr("0123456789abc"))));
  std::filesystem::permissions(file, std::filesystem::perms{0644});
  EXPECT_THAT(files(settings), HasSubstr("note: every user of this machine may read " + file));
}

TEST(KeysCheck, AsksNoDatabaseThatIsNotThere) {
  const test::TempFolder folder;
  Settings settings = default_settings();
  settings.auth = AuthMode::keys;
  settings.database_url = "sqlite:" + (folder.path() / "curt.db").string();
  Findings findings;
  check_keys(settings, findings);
  EXPECT_EQ(test::text_of(findings), "");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace curt::app
