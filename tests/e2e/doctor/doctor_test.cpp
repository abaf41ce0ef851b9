#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <sys/stat.h>

#include "support/http/raw_client.hpp"
#include "support/paths.hpp"
#include "support/servers/curt_process.hpp"
#include "support/servers/postgres_server.hpp"
#include "support/servers/redis_server.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {
namespace {

namespace fs = std::filesystem;
namespace net = boost::asio;
using Environment = CurtProcess::Environment;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class Doctor : public testing::Test {
 protected:
  [[nodiscard]] Finished doctor(const Environment& environment,
                                const std::vector<std::string>& arguments = {}) const {
    std::vector<std::string> command{curt_binary(), "doctor"};
    command.insert(command.end(), arguments.begin(), arguments.end());
    return run(std::move(command), {.environment = environment, .folder = folder_.path()});
  }

  [[nodiscard]] Finished curt(const std::string& name, const Environment& environment) const {
    return run({curt_binary(), name}, {.environment = environment, .folder = folder_.path()});
  }

  /// Both say that the service would not start, and doctor why.
  void expect_no_start(const Environment& environment, const std::string& why) const {
    const Finished found = doctor(environment);
    EXPECT_EQ(found.status, 1) << found.out << found.err;
    EXPECT_THAT(found.out, AllOf(HasSubstr("  error      "), HasSubstr(why), HasSubstr("would not start")));
    EXPECT_EQ(found.err, "");
    const Finished served = curt("serve", environment);
    EXPECT_NE(served.status, 0) << why;
  }

  /// Every file and folder below, with size and time of the last change.
  [[nodiscard]] std::vector<std::string> contents() const {
    std::vector<std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator{folder_.path()}) {
      all.push_back(
          fmt::format("{} {}", entry.path().string(), entry.last_write_time().time_since_epoch().count()));
    }
    std::sort(all.begin(), all.end());
    return all;
  }

  /// Every file and folder below with its mode, and the database with its bytes and its last change: no
  /// instance writes to that while its log is short.
  [[nodiscard]] std::map<std::string, std::string> modes_and_database() const {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator{folder_.path()}) {
      std::string& text = all[entry.path().string()];
      text = fmt::format("{:o}", static_cast<unsigned>(entry.status().permissions()));
      if (entry.path().filename() == "curt.db") {
        text +=
            fmt::format(" {} {}", entry.last_write_time().time_since_epoch().count(), text_of(entry.path()));
      }
    }
    return all;
  }

  static std::string text_of(const fs::path& file) {
    std::ifstream in{file, std::ios::binary};
    return {std::istreambuf_iterator<char>{in}, {}};
  }

  const TempFolder folder_;
};

TEST_F(Doctor, FindsAFreshMachineWellAndLeavesItFresh) {
  const Finished found = doctor({{"CURT_LISTEN", "127.0.0.1:0"}});
  EXPECT_EQ(found.status, 0) << found.out;
  EXPECT_EQ(found.err, "");
  for (const char* heading :
       {"Settings\n", "\nAddresses\n", "\nFiles\n", "\nDatabase\n", "\nRedis\n", "\nMachine\n"}) {
    EXPECT_THAT(found.out, HasSubstr(heading));
  }
  EXPECT_THAT(found.out, AllOf(HasSubstr("`curt serve` would start."), Not(HasSubstr("\033["))));
  EXPECT_TRUE(contents().empty());
  const Finished json = doctor({{"CURT_LISTEN", "127.0.0.1:0"}}, {"--json"});
  EXPECT_EQ(nlohmann::json::parse(json.out).at("would_start"), true);
}

TEST_F(Doctor, DoesNoHarmBesideARunningInstance) {
  CurtProcess server{curt_binary(),
                     folder_.path(),
                     {{"CURT_DATA_DIR", "data"}, {"CURT_DATABASE_URL", "sqlite:data/curt.db"}}};
  exchange(server.port(),
           "POST /shorten HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
           "45\r\n\r\n"
           R"({"url":"https://example.com/a","alias":"mine"})");
  const fs::path log = folder_.path() / "data/curt.db-wal";
  const auto before = modes_and_database();
  const std::string log_before = text_of(log);
  const Finished found = doctor({{"CURT_LISTEN", fmt::format("127.0.0.1:{}", server.port())},
                                 {"CURT_DATA_DIR", "data"},
                                 {"CURT_DATABASE_URL", "sqlite:data/curt.db"}});
  EXPECT_EQ(found.status, 0) << found.out;
  EXPECT_THAT(found.out,
              AllOf(HasSubstr("a curt runs on 127.0.0.1:"), HasSubstr("which another process has open"),
                    HasSubstr("1 running process(es) have visits here"), HasSubstr(": `curt serve` runs.\n"),
                    Not(HasSubstr("would start."))));
  EXPECT_EQ(modes_and_database(), before);
  EXPECT_THAT(text_of(log), StartsWith(log_before)) << "the instance may have written more";
  EXPECT_EQ(server.stop(), 0);
}

TEST_F(Doctor, SaysWhatKeepsServeFromStartingWithSqlite) {
  const std::string free = "127.0.0.1:0";
  expect_no_start({{"CURT_LISTEN", "nowhere"}}, "CURT_LISTEN: \"nowhere\"");
  expect_no_start({{"CURT_LISTEN", ":0"}, {"CURT_AUTH", "open"}}, "reached from other machines");
  expect_no_start({{"CURT_LISTEN", "192.0.2.1:8080"}, {"CURT_ALLOW_OPEN", "true"}},
                  "cannot listen on 192.0.2.1:8080");
  net::io_context context;
  const net::ip::tcp::acceptor taken{context, {net::ip::address_v4::loopback(), 0}};
  expect_no_start({{"CURT_LISTEN", fmt::format("127.0.0.1:{}", taken.local_endpoint().port())}},
                  "another process listens");
  const TempFolder elsewhere;
  const CurtProcess other{curt_binary(), elsewhere.path()};
  expect_no_start({{"CURT_LISTEN", fmt::format("127.0.0.1:{}", other.port())}},
                  "another `curt serve` listens");
  expect_no_start({{"CURT_LISTEN", "127.0.0.1:8080,:8080"}, {"CURT_ALLOW_OPEN", "true"}},
                  "includes 127.0.0.1:8080");
  std::ofstream{folder_.path() / "visits"} << "x";
  expect_no_start({{"CURT_LISTEN", free}, {"CURT_DATA_DIR", "."}}, "visits is no folder");
  fs::create_directory(folder_.path() / "open");
  fs::permissions(folder_.path() / "open", fs::perms{0777});
  expect_no_start({{"CURT_LISTEN", free}, {"CURT_DATA_DIR", "open"}}, "chmod o-w open");
  std::ofstream{folder_.path() / "text.db"} << std::string(200, 'x');
  expect_no_start({{"CURT_LISTEN", free}, {"CURT_DATABASE_URL", "sqlite:text.db"}},
                  "is not an SQLite database");
  ASSERT_EQ(::mkfifo((folder_.path() / "pipe.db").c_str(), 0600), 0);
  expect_no_start({{"CURT_LISTEN", free}, {"CURT_DATABASE_URL", "sqlite:pipe.db"}}, "is a named pipe");
  SQLite::Database{(folder_.path() / "other.db").string(), SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE}.exec(
      "CREATE TABLE t (a)");
  expect_no_start({{"CURT_LISTEN", free}, {"CURT_DATABASE_URL", "sqlite:other.db"}},
                  "database of another program");
  expect_no_start(
      {{"CURT_LISTEN", free}, {"CURT_REDIS_URL", "rediss://r"}, {"CURT_REDIS_CA_FILE", "none.pem"}},
      "none.pem");
  expect_no_start({{"CURT_LISTEN", free}, {"CURT_DATA_DIR", "text.db"}}, "text.db is no folder");
}

TEST_F(Doctor, AsksPostgresAndRedisAndChangesNothingThere) {
  PostgresServer& postgres = PostgresServer::shared();
  const RedisServer redis;
  const std::string database = postgres.fresh_database();
  const Environment environment{{"CURT_LISTEN", "127.0.0.1:0"},
                                {"CURT_DATABASE_URL", postgres.url(database)},
                                {"CURT_REDIS_URL", redis.url()}};
  expect_no_start(environment, "would apply 0001_links");
  EXPECT_EQ(
      postgres.ask("SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace", database),
      "0");
  EXPECT_EQ(curt("migrate", environment).status, 0);
  const Finished found = doctor(environment);
  EXPECT_EQ(found.status, 0) << found.out;
  EXPECT_THAT(found.out,
              AllOf(HasSubstr("the latest"), HasSubstr("PostgreSQL "), HasSubstr("no worker has asked"),
                    HasSubstr("partitions for single visits are due")));
  EXPECT_EQ(redis.command({"DBSIZE"}).integer, 0);
  postgres.ask("INSERT INTO schema_migrations VALUES (99, 'later', 0)", database);
  expect_no_start(environment, "newer than this binary");
}

TEST_F(Doctor, EndsThoughServersHang) {
  PostgresServer postgres;
  const RedisServer redis;
  const std::string url = postgres.url();
  postgres.hang();
  redis.pause();
  const Finished found =
      doctor({{"CURT_LISTEN", "127.0.0.1:0"}, {"CURT_DATABASE_URL", url}, {"CURT_REDIS_URL", redis.url()}});
  redis.resume();
  postgres.resume();
  EXPECT_EQ(found.status, 0) << "serve starts all the same: " << found.out;
  EXPECT_THAT(found.out, AllOf(HasSubstr("\nMachine\n"), HasSubstr("serves what caches know"),
                               HasSubstr("asks the database")));
}

}  // namespace
}  // namespace curt::test
