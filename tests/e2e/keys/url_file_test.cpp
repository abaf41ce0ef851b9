#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "e2e/keys/key_desk.hpp"
#include "support/eventually.hpp"
#include "support/paths.hpp"
#include "support/servers/postgres_server.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {
namespace {

using testing::HasSubstr;
using testing::Not;

/// A Postgres that lets the role guest in with its password only, and the file with its URL.
class UrlFile : public testing::Test {
 protected:
  void SetUp() override {
    database_ = server_.fresh_schema();
    database_ = database_.substr(database_.rfind('/') + 1);
    server_.ask("CREATE ROLE guest SUPERUSER LOGIN PASSWORD 'first-horse'");
    const std::string rules = server_.ask("SHOW hba_file");
    std::ifstream in{rules};
    const std::string usual{std::istreambuf_iterator<char>{in}, {}};
    std::ofstream{rules} << "host all guest 127.0.0.1/32 scram-sha-256\n" << usual;
    server_.ask("SELECT pg_reload_conf()");
    write("first-horse");
  }

  void write(const std::string& password) const {
    std::ofstream{folder_.path() / "new"}
        << fmt::format("postgresql://guest:{}@127.0.0.1:{}/{}\n", password, server_.port(), database_);
    std::filesystem::rename(folder_.path() / "new", file());
  }
  [[nodiscard]] std::string file() const { return (folder_.path() / "database.url").string(); }

  /// Connections that are open go on with the password before.
  void end_sessions() const {
    server_.ask("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'guest'");
  }

  static bool creates(std::uint16_t port) {
    return status_of(port, "", "POST", "/shorten", R"({"url":"https://example.com/"})") == 201;
  }

  PostgresServer server_;
  const TempFolder folder_;
  std::string database_;
};

TEST_F(UrlFile, AChangedPasswordNeedsNoRestart) {
  CurtProcess server{
      curt_binary(), folder_.path(), {{"CURT_DATABASE_URL", ""}, {"CURT_DATABASE_URL_FILE", file()}}};
  ASSERT_TRUE(eventually([&] { return creates(server.port()); }));

  write("second-horse");  // the file first
  end_sessions();
  server_.ask("ALTER ROLE guest PASSWORD 'second-horse'");
  EXPECT_TRUE(eventually([&] { return creates(server.port()); }));

  server_.ask("ALTER ROLE guest PASSWORD 'third-horse'");  // the server first
  end_sessions();
  write("third-horse");
  EXPECT_TRUE(eventually([&] { return creates(server.port()); }));

  EXPECT_EQ(server.stop(), 0);
  EXPECT_THAT(server.process().standard_output(), Not(HasSubstr("horse")));
}

TEST_F(UrlFile, TheCommandForTheFirstKeyWorksAsItIsLogged) {
  CurtProcess server{curt_binary(),
                     folder_.path(),
                     {{"CURT_DATABASE_URL", ""}, {"CURT_DATABASE_URL_FILE", file()}, {"CURT_AUTH", "keys"}}};
  EXPECT_EQ(server.stop(), 0);
  EXPECT_THAT(server.process().standard_output(),
              HasSubstr("curt keys create --name admin --scopes admin --database-url-file " + file()));
  const Finished made = run({curt_binary(), "keys", "create", "--name", "admin", "--scopes", "admin",
                             "--database-url-file", file()},
                            {{}, folder_.path()});
  EXPECT_EQ(made.status, 0) << made.err;
}

}  // namespace
}  // namespace curt::test
