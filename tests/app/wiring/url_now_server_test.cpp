#include <array>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/cache/redis/connection/redis_client.hpp"

#include "app/wiring/background_thread.hpp"
#include "app/wiring/open_database.hpp"
#include "app/wiring/options.hpp"
#include "app/wiring/schema_guard.hpp"
#include "app/wiring/url_now.hpp"
#include "support/captured_log.hpp"
#include "support/eventually.hpp"
#include "support/run_awaitable.hpp"
#include "support/servers/postgres_server.hpp"
#include "support/servers/redis_server.hpp"
#include "support/temp_folder.hpp"

namespace curt::app {
namespace {

using test::eventually;
using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kOutage = "the file of a URL cannot be used; the last URL that it held stays in use";

/// A file with a URL in it, which takes the place of the one before at once.
class UrlFile {
 public:
  void write(const std::string& url) const {
    std::ofstream{folder_.path() / "new"} << url << '\n';
    std::filesystem::rename(folder_.path() / "new", name());
  }
  [[nodiscard]] std::string name() const { return (folder_.path() / "url").string(); }

  [[nodiscard]] Settings settings(const std::string& variable) const {
    SettingsSources sources;
    sources.environment = {
        {variable, name()}, {"CURT_DB_CONNECT_TIMEOUT", "1m"}, {"CURT_REDIS_TIMEOUT", "10s"}};
    sources.default_config = "/nowhere/curt.toml";
    return load_settings(Command::serve, sources).value();
  }

 private:
  test::TempFolder folder_;
};

/// A Postgres that lets the role `guest` in with its password only.
class PostgresWithPasswords {
 public:
  PostgresWithPasswords() : database_(server_.fresh_schema()) {
    database_ = database_.substr(database_.rfind('/') + 1);
    server_.ask("CREATE ROLE guest SUPERUSER LOGIN PASSWORD 'first'");
    const std::string file = server_.ask("SHOW hba_file");
    std::ifstream in{file};
    const std::string rules{std::istreambuf_iterator<char>{in}, {}};
    std::ofstream{file} << "host all guest 127.0.0.1/32 scram-sha-256\n" << rules;
    server_.ask("SELECT pg_reload_conf()");
  }

  [[nodiscard]] std::string url(const std::string& password) const { return url(password, database_); }
  [[nodiscard]] std::string url(const std::string& password, const std::string& database) const {
    return fmt::format("postgresql://guest:{}@127.0.0.1:{}/{}", password, server_.port(), database);
  }
  void set_password(const std::string& password) {
    server_.ask("ALTER ROLE guest PASSWORD '" + password + "'");
  }
  void end_sessions() {
    server_.ask("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE usename = 'guest'");
  }

 private:
  test::PostgresServer server_;
  std::string database_;
};

bool answers(links::LinkStore& store) {
  Call call{Deadline::in(test::patience())};
  return test::run(store.ping(call)).has_value();
}

TEST(UrlNow, PostgresIsReachedWithAChangedPasswordWithoutARestart) {
  const test::CapturedLog log;
  PostgresWithPasswords postgres;
  const UrlFile file;
  file.write(postgres.url("first"));
  const Settings settings = file.settings("CURT_DATABASE_URL_FILE");
  {
    const SystemClock clock;
    Metrics metrics;
    const auto opened = open_database(settings, clock, metrics);
    ASSERT_TRUE(opened);
    links::LinkStore& store = *opened->store;
    ASSERT_TRUE(eventually([&] { return answers(store); }));

    postgres.set_password("second");
    file.write(postgres.url("second"));
    postgres.end_sessions();
    EXPECT_TRUE(eventually([&] { return answers(store); }));
    SchemaGuard guard{settings};  // the settings have the first password
    EXPECT_TRUE(guard.check());

    for (const std::string& bad :
         {std::string{"sqlite:horse.db"}, std::string{"horse"}, postgres.url("horse") + "?unknown=horse",
          postgres.url("second", "postgres"), postgres.url("second") + "?sslmode=disable",
          postgres.url("second") + "?options=-csearch_path%3Dhorse"}) {
      file.write(bad);
      postgres.end_sessions();
      EXPECT_TRUE(eventually([&] { return answers(store); })) << bad;
    }
    std::filesystem::remove(file.name());
    postgres.end_sessions();
    EXPECT_TRUE(eventually([&] { return answers(store); }));

    postgres.set_password("third");
    file.write(postgres.url("third"));
    postgres.end_sessions();
    EXPECT_TRUE(eventually([&] { return answers(store); }));
  }
  const auto outages = log.events(kOutage);
  ASSERT_THAT(outages, SizeIs(1)) << "it is said once, until the file can be used again";
  EXPECT_EQ(outages[0].at("setting"), "database_url_file");
  EXPECT_THAT(outages[0].dump(), HasSubstr(file.name()));
  EXPECT_THAT(outages[0].dump(), testing::Not(HasSubstr("horse")));
}

bool answers(cache::RedisClient& redis) {
  cache::RedisCommand ping = cache::make_command(cache::RedisVerb::other, {"PING"});
  const auto reply = test::run(redis.ask(std::move(ping), Deadline::in(std::chrono::seconds{1})));
  return reply && reply->kind == cache::RedisReply::Kind::status;
}

TEST(UrlNow, MaintenanceSaysWhichFileItReads) {
  const test::CapturedLog log;
  const UrlFile file;
  Settings settings = default_settings();
  settings.database_url = "postgresql://curt@db/links";
  settings.database_url_file = settings.migrate_database_url_file = file.name();
  settings.migrate_database_url = settings.database_url;
  EXPECT_EQ(database_url_now(settings)(), settings.database_url);
  file.write("postgresql://curt@db2/links");
  EXPECT_EQ(database_url_now(settings)(), settings.database_url);
  const auto outages = log.events(kOutage);
  ASSERT_THAT(outages, SizeIs(2));
  EXPECT_EQ(outages[0].at("setting"), "migrate_database_url_file");
  EXPECT_THAT(outages[1].dump(),
              HasSubstr(file.name() + " names another server or database, which needs a restart"));
}

TEST(UrlNow, RedisIsReachedWithAChangedPasswordWithoutARestart) {
  const test::CapturedLog log;
  const test::RedisServer server;
  const auto url = [&server](const std::string& password, int number = 0) {
    return fmt::format("redis://guest:{}@127.0.0.1:{}/{}", password, server.port(), number);
  };
  (void)server.command({"ACL", "SETUSER", "guest", "on", ">first", "~*", "&*", "+@all"});
  const UrlFile file;
  file.write(url("first"));
  const Settings settings = file.settings("CURT_REDIS_URL_FILE");
  {
    const SystemClock clock;
    Metrics metrics;
    BackgroundThread thread;
    auto options = redis_options(settings);
    ASSERT_TRUE(options);
    const auto redis = cache::RedisClient::make(std::move(*options), metrics, clock);
    ASSERT_TRUE(redis);
    const std::array executors{thread.executor()};
    (*redis)->start(executors);
    ASSERT_TRUE(eventually([&] { return answers(**redis); }));

    (void)server.command({"ACL", "SETUSER", "guest", "resetpass", ">second"});
    file.write(url("second"));
    server.cut();
    EXPECT_TRUE(eventually([&] { return answers(**redis); }));

    for (const std::string& bad :
         {std::string{"horse"}, url("second", 3), std::string{"redis://guest:second@127.0.0.1:1"},
          "rediss" + url("second").substr(5)}) {
      file.write(bad);
      server.cut();
      EXPECT_TRUE(eventually([&] { return answers(**redis); })) << bad;
    }
    (*redis)->stop();
    thread.stop(test::patience());
  }
  EXPECT_THAT(log.events(kOutage), SizeIs(1)) << "none of them was taken";
}

}  // namespace
}  // namespace curt::app
