#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "support/http/raw_client.hpp"
#include "support/paths.hpp"
#include "support/servers/curt_process.hpp"
#include "support/servers/server_process.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

/// What others or the group may do something with, below a folder.
std::vector<std::string> open_to_others(const fs::path& folder) {
  std::vector<std::string> open;
  for (const auto& entry : fs::recursive_directory_iterator{folder}) {
    const auto mode = fs::symlink_status(entry.path()).permissions();
    if ((mode & (fs::perms::group_all | fs::perms::others_all)) != fs::perms::none)
      open.push_back(entry.path());
  }
  return open;
}

Finished curt(std::vector<std::string> arguments, const fs::path& folder, ChildOptions options = {}) {
  options.folder = folder;
  arguments.insert(arguments.begin(), curt_binary());
  return run(std::move(arguments), options);
}

TEST(ServeFiles, AreForTheUserOfTheProcessAlone) {
  const TempFolder folder;
  std::ofstream{folder.path() / "links.txt"} << "https://example.com/\nftp://example.com/\n";
  fs::permissions(folder.path() / "links.txt", fs::perms{0600});
  (void)curt({"import", "links.txt", "--database-url", "sqlite:data/curt.db"}, folder.path());
  EXPECT_TRUE(fs::exists(folder.path() / "links.txt.rejected"));
  {
    CurtProcess server{curt_binary(), folder.path()};
    EXPECT_THAT(open_to_others(folder.path()), IsEmpty()) << "database, log, rings, spool, rejected lines";
    EXPECT_EQ(
        curt({"export", "--output", "links.csv", "--database-url", "sqlite:data/curt.db"}, folder.path())
            .status,
        0);
    EXPECT_THAT(open_to_others(folder.path()), IsEmpty());
    EXPECT_EQ(server.stop(), 0);
  }
}

TEST(ServeFiles, OfAnEarlierReleaseAreClosedOnceWithAWarning) {
  const TempFolder folder;
  fs::path database;
  {
    const CurtProcess server{curt_binary(), folder.path()};
  }
  for (const auto& entry : fs::recursive_directory_iterator{folder.path()}) {
    if (entry.path().filename() == "curt.db") database = entry.path();
  }
  ASSERT_FALSE(database.empty());
  fs::permissions(database, fs::perms{0644});
  {
    CurtProcess server{curt_binary(), folder.path()};
    EXPECT_EQ(server.stop(), 0);
    EXPECT_THAT(server.process().standard_output(),
                AllOf(HasSubstr("open to other users"), HasSubstr("curt.db\"")));
  }
  EXPECT_EQ(fs::status(database).permissions(), fs::perms{0600});
  CurtProcess server{curt_binary(), folder.path()};
  EXPECT_EQ(server.stop(), 0);
  EXPECT_THAT(server.process().standard_output(), testing::Not(HasSubstr("open to other users")));
}

TEST(ServeFiles, AreNotKeptWhereAnybodyMayWrite) {
  const TempFolder folder;
  fs::create_directory(folder.path() / "open");
  fs::permissions(folder.path() / "open", fs::perms{0777});
  for (const char* variable : {"CURT_DATA_DIR", "CURT_RING_DIR"}) {
    const Finished refused = curt({"serve", "--listen", "127.0.0.1:0"}, folder.path(),
                                  ChildOptions{.environment = {{variable, "open"}}});
    EXPECT_EQ(refused.status, 1);
    EXPECT_THAT(refused.err, AllOf(HasSubstr("anybody may write to open"), HasSubstr("mode 0777"),
                                   HasSubstr("chmod o-w open"), HasSubstr(variable)));
  }
  const Finished database =
      curt({"serve", "--listen", "127.0.0.1:0", "--database-url", "sqlite:open/curt.db"}, folder.path());
  EXPECT_EQ(database.status, 1);
  EXPECT_THAT(database.err, HasSubstr("CURT_DATABASE_URL"));
  EXPECT_FALSE(fs::exists(folder.path() / "open" / "curt.db"));
  const Finished below = curt({"serve", "--listen", "256"}, folder.path(),
                              ChildOptions{.environment = {{"CURT_DATA_DIR", "open"}}});
  EXPECT_EQ(below.status, 2) << "wrong settings come first";
  const CurtProcess made{curt_binary(), folder.path(), {{"CURT_DATA_DIR", "open/below"}}};
  EXPECT_EQ(fs::status(folder.path() / "open" / "below").permissions(), fs::perms::owner_all);
}

TEST(ServeFiles, AreNotKeptInAnotherUsersFolder) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give a folder away";
  const TempFolder folder;
  fs::create_directory(folder.path() / "theirs");
  fs::permissions(folder.path() / "theirs", fs::perms{0755});
  give_to_ordinary_user(folder.path() / "theirs");
  const Finished refused = curt({"serve", "--listen", "127.0.0.1:0"}, folder.path(),
                                ChildOptions{.environment = {{"CURT_DATA_DIR", "theirs"}}});
  EXPECT_EQ(refused.status, 1);
  EXPECT_THAT(refused.err,
              AllOf(HasSubstr("theirs is another user's (it belongs to postgres"),
                    HasSubstr("runs as root (0): run curt as that user, sudo -u postgres curt")));
}

}  // namespace
}  // namespace curt::test
