#include <csignal>
#include <filesystem>

#include <SQLiteCpp/SQLiteCpp.h>
#include <gtest/gtest.h>

#include "curt/store/sqlite/open_elsewhere.hpp"

#include "support/servers/child_process.hpp"
#include "support/temp_folder.hpp"

namespace curt::store {
namespace {

constexpr const char* kOpen = R"py(
import signal, sqlite3
db = sqlite3.connect("curt.db")
db.execute("PRAGMA journal_mode = wal")
db.execute("CREATE TABLE IF NOT EXISTS t (a)")
print("open", flush=True)
signal.pause()
)py";

TEST(OpenElsewhere, IsSoWhileAnotherProcessHasTheDatabase) {
  const test::TempFolder folder;
  const std::filesystem::path database = folder.path() / "curt.db";
  std::filesystem::create_symlink("curt.db", folder.path() / "link.db");
  EXPECT_FALSE(is_open_elsewhere(database)) << "there is none";
  {
    test::ChildProcess other{{"/usr/bin/python3", "-c", kOpen}, {.folder = folder.path()}};
    ASSERT_EQ(other.read_line(), "open") << other.standard_error();
    EXPECT_TRUE(is_open_elsewhere(database));
    EXPECT_TRUE(is_open_elsewhere(folder.path() / "link.db"));
    other.send_signal(SIGKILL);
    other.wait();
  }
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "curt.db-shm")) << "left by who was killed";
  EXPECT_FALSE(is_open_elsewhere(database));
}

TEST(OpenElsewhere, IsSeenByWhoHasTheDatabaseOpenToo) {
  const test::TempFolder folder;
  const std::filesystem::path database = folder.path() / "curt.db";
  test::ChildProcess first{{"/usr/bin/python3", "-c", kOpen}, {.folder = folder.path()}};
  ASSERT_EQ(first.read_line(), "open") << first.standard_error();
  const OpenElsewhere elsewhere{database};
  const SQLite::Database own{database.string()};
  SQLite::Statement{own, "SELECT a FROM t"}.executeStep();
  EXPECT_TRUE(elsewhere.now());
  first.send_signal(SIGKILL);
  first.wait();
  EXPECT_FALSE(elsewhere.now()) << "only this process has it open";
  test::ChildProcess second{{"/usr/bin/python3", "-c", kOpen}, {.folder = folder.path()}};
  ASSERT_EQ(second.read_line(), "open") << second.standard_error();
  EXPECT_TRUE(elsewhere.now());
}

}  // namespace
}  // namespace curt::store
