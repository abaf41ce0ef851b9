#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include <SQLiteCpp/SQLiteCpp.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "curt/base/async.hpp"
#include "curt/store/sqlite/schema/migrations.hpp"

#include "support/eventually.hpp"
#include "support/http/raw_client.hpp"
#include "support/paths.hpp"
#include "support/servers/curt_process.hpp"
#include "support/temp_folder.hpp"

namespace curt::test {
namespace {

namespace fs = std::filesystem;

std::string get(const std::string& path) { return "GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n"; }

std::string post(const std::string& path, const std::string& body) {
  return "POST " + path +
         " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

Finished curt(std::vector<std::string> arguments, const fs::path& folder, const ChildOptions& base = {}) {
  ChildOptions options = base;
  options.folder = folder;
  arguments.insert(arguments.begin(), curt_binary());
  return run(std::move(arguments), options);
}

TEST(Serve, ShortensRedirectsAndRemembersOverARestart) {
  const TempFolder folder;
  std::string code;
  {
    CurtProcess server{curt_binary(), folder.path()};
    const auto created = exchange(server.port(), post("/shorten", R"({"url":"https://example.com/a?b=c"})"));
    ASSERT_TRUE(created);
    ASSERT_EQ(created->status, 201U);
    code = nlohmann::json::parse(created->body).at("code");
    EXPECT_EQ(created->header("Location"), "http://localhost:8080/" + code);
    EXPECT_EQ(server.stop(), 0);
  }
  CurtProcess server{curt_binary(), folder.path()};
  const auto redirect = exchange(server.port(), get("/" + code));
  ASSERT_TRUE(redirect);
  EXPECT_EQ(redirect->status, 302U);
  EXPECT_EQ(redirect->header("Location"), "https://example.com/a?b=c");
}

TEST(Serve, TellsAtItsStartWhichLinksItsOwnPathsHideAndRedirectsReservedOnes) {
  const TempFolder folder;
  {
    CurtProcess server{curt_binary(), folder.path()};
    for (const char* alias : {"one", "two"}) {
      const auto created =
          exchange(server.port(),
                   post("/shorten", fmt::format(R"({{"url":"https://example.com/","alias":"{}"}})", alias)));
      ASSERT_TRUE(created);
      ASSERT_EQ(created->status, 201U);
    }
    EXPECT_EQ(server.stop(), 0);
    EXPECT_EQ(server.process().standard_output().find("has their paths"), std::string::npos);
  }
  for (const auto& entry : fs::recursive_directory_iterator{folder.path()}) {
    if (entry.path().filename() != "curt.db") continue;
    SQLite::Database database{entry.path().string(), SQLite::OPEN_READWRITE};
    database.exec("UPDATE links SET code = 'metrics' WHERE code = 'one'");
    database.exec("UPDATE links SET code = 'qr' WHERE code = 'two'");
  }
  CurtProcess server{curt_binary(), folder.path()};
  const auto reserved = exchange(server.port(), get("/qr"));
  ASSERT_TRUE(reserved);
  EXPECT_EQ(reserved->status, 302U) << "reserved since, and used before";
  const auto again =
      exchange(server.port(), post("/shorten", R"({"url":"https://example.com/","alias":"QR"})"));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->status, 422U);
  EXPECT_TRUE(eventually([&] {
    return server.process().standard_output().find(R"("codes":"metrics")") != std::string::npos;
  })) << server.process().standard_output();
}

TEST(Serve, KeepsEveryAnsweredCreateThroughAKill) {
  const TempFolder folder;
  std::vector<std::string> codes;
  {
    CurtProcess server{curt_binary(), folder.path()};
    RawClient client{server.port()};
    for (int i = 0; i < 200; ++i) {
      client.send(post("/shorten", R"({"url":"https://example.com/)" + std::to_string(i) + R"("})"));
      const auto created = client.read_response();
      ASSERT_TRUE(created);
      codes.push_back(nlohmann::json::parse(created->body).at("code"));
    }
    server.process().send_signal(SIGKILL);
    EXPECT_EQ(server.process().wait(), 128 + SIGKILL);
  }
  CurtProcess server{curt_binary(), folder.path()};
  RawClient client{server.port()};
  for (const std::string& code : codes) {
    client.send(get("/" + code));
    const auto redirect = client.read_response();
    ASSERT_TRUE(redirect);
    EXPECT_EQ(redirect->status, 302U) << code;
  }
}

TEST(Serve, ShowsMetricsThatPromtoolHasNothingToSayAbout) {
  const TempFolder folder;
  CurtProcess server{curt_binary(), folder.path()};
  exchange(server.port(), post("/shorten", R"({"url":"https://example.com/","alias":"m"})"));
  for (int i = 0; i < 3; ++i) exchange(server.port(), get("/m"));
  exchange(server.port(), get("/unknown"));
  const auto metrics = exchange(server.port(), get("/metrics"));
  ASSERT_TRUE(metrics);
  const fs::path file = folder.path() / "metrics.txt";
  std::ofstream{file} << metrics->body;
  ChildOptions options;
  options.input = file;
  const Finished promtool = run({"promtool", "check", "metrics"}, options);
  EXPECT_EQ(promtool.status, 0);
  EXPECT_EQ(promtool.out + promtool.err, "");
  EXPECT_EQ(server.metric(R"(curt_http_requests_total{route="/{code}",method="GET",status="302"})"), 3);
  EXPECT_EQ(server.metric(R"(curt_http_requests_total{route="/{code}",method="GET",status="404"})"), 1);
  EXPECT_EQ(server.metric(R"(curt_cache_lookups_total{layer="local",result="hit"})"), 2);
}

TEST(Serve, WritesOneJsonAccessLineForEachRequest) {
  const TempFolder folder;
  CurtProcess server{
      curt_binary(), folder.path(), {{"CURT_TRUSTED_PROXIES", "127.0.0.1"}, {"CURT_ALLOW_OPEN", "true"}}};
  exchange(server.port(),
           "GET /gone?x=1 HTTP/1.1\r\nHost: localhost\r\nUser-Agent: a \"quoted\" \xff agent\r\n"
           "Referer: https://ref.example/\r\nX-Request-Id: abc-1\r\n\r\n");
  EXPECT_EQ(server.stop(), 0);
  std::istringstream lines{server.process().standard_output()};
  int access_lines = 0;
  for (std::string line; std::getline(lines, line);) {
    const auto json = nlohmann::json::parse(line);
    if (json.at("message") != "access") continue;
    ++access_lines;
    EXPECT_EQ(json.at("method"), "GET");
    EXPECT_EQ(json.at("route"), "/{code}");
    EXPECT_EQ(json.at("path"), "/gone");
    EXPECT_EQ(json.at("status"), 404);
    EXPECT_EQ(json.at("client"), "127.0.0.1");
    EXPECT_EQ(json.at("request_id"), "abc-1");
    EXPECT_EQ(json.at("referrer"), "https://ref.example/");
    EXPECT_EQ(json.at("user_agent"), "a \"quoted\" \xef\xbf\xbd agent");
    EXPECT_TRUE(json.at("duration_ms").is_number());
    EXPECT_GT(json.at("bytes"), 0);
  }
  EXPECT_EQ(access_lines, 1);
}

TEST(Serve, SaysClearlyThatThePortIsInUse) {
  const TempFolder folder;
  const TempFolder other;
  const CurtProcess server{curt_binary(), folder.path()};
  const std::string address = "127.0.0.1:" + std::to_string(server.port());
  const Finished second = curt({"serve", "--listen", address}, other.path());
  EXPECT_EQ(second.status, 1);
  EXPECT_EQ(second.err,
            "curt serve: cannot listen on " + address +
                ": Address already in use; another process listens there (setting listen, CURT_LISTEN)\n");
}

TEST(Serve, SaysClearlyThatAFolderCannotBeWritten) {
  const TempFolder folder;
  const Finished failed = curt(
      {"serve", "--listen", "127.0.0.1:0", "--database-url", "sqlite:/proc/nowhere/curt.db"}, folder.path());
  EXPECT_EQ(failed.status, 1);
  EXPECT_NE(failed.err.find("/proc/nowhere"), std::string::npos) << failed.err;
  EXPECT_EQ(std::count(failed.err.begin(), failed.err.end(), '\n'), 1) << failed.err;
}

TEST(Serve, RefusesToBeOpenToTheWorldUnlessItIsAllowedTo) {
  const TempFolder folder;
  const Finished refused = curt({"serve", "--listen", "0.0.0.0:0", "--auth", "open"}, folder.path());
  EXPECT_EQ(refused.status, 2);
  EXPECT_NE(refused.err.find("CURT_ALLOW_OPEN"), std::string::npos) << refused.err;
}

TEST(Serve, NamesTheSettingThatIsWrong) {
  const TempFolder folder;
  ChildOptions options;
  options.environment = {{"CURT_IDLE_TIMEOUT", "soon"}};
  const Finished refused = curt({"serve"}, folder.path(), options);
  EXPECT_EQ(refused.status, 2);
  EXPECT_NE(refused.err.find("CURT_IDLE_TIMEOUT"), std::string::npos) << refused.err;
  EXPECT_EQ(std::count(refused.err.begin(), refused.err.end(), '\n'), 1) << refused.err;
}

TEST(Serve, EndsAtOnceOnASecondSignal) {
  const TempFolder folder;
  CurtProcess server{curt_binary(), folder.path()};
  // A request that never completes keeps the first signal waiting.
  RawClient client{server.port()};
  client.send(
      "POST /shorten HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
      "100\r\nExpect: 100-continue\r\n\r\n");
  ASSERT_TRUE(client.read_response(Body::none));  // 100 Continue: the request is in flight
  server.process().send_signal(SIGTERM);
  std::optional<std::string> line = server.process().read_line();
  while (line && line->find("stopping") == std::string::npos) line = server.process().read_line();
  ASSERT_TRUE(line);
  EXPECT_TRUE(server.process().is_running());
  server.process().send_signal(SIGINT);
  EXPECT_EQ(server.process().wait(), 1);
}

TEST(Health, TellsWhetherTheServiceIsUp) {
  const TempFolder folder;
  CurtProcess server{curt_binary(), folder.path()};
  const std::string url = "http://127.0.0.1:" + std::to_string(server.port()) + "/health";
  const Finished up = curt({"health", "--url", url, "--timeout", "1m"}, folder.path());
  EXPECT_EQ(up.status, 0);
  EXPECT_EQ(nlohmann::json::parse(up.out).at("status"), "up");
  EXPECT_EQ(server.stop(), 0);
  const Finished away = curt({"health", "--url", url}, folder.path());
  EXPECT_EQ(away.status, 1);
  EXPECT_NE(away.err.find("no answer from " + url), std::string::npos) << away.err;
}

TEST(Health, TakesAServerThatNeverAnswersForUnwell) {
  const TempFolder folder;
  net::io_context context;
  const net::ip::tcp::acceptor silent{context, {net::ip::address_v4::loopback(), 0}};
  const std::string url = "http://127.0.0.1:" + std::to_string(silent.local_endpoint().port()) + "/health";
  const Finished unheard = curt({"health", "--url", url, "--timeout", "200ms"}, folder.path());
  EXPECT_EQ(unheard.status, 1);
  EXPECT_NE(unheard.err.find("no answer from " + url), std::string::npos) << unheard.err;
}

TEST(Serve, RefusesConnectionStringsThatAreNoneAsSettings) {
  const TempFolder folder;
  const std::vector<std::vector<std::string>> wrong{
      {"--redis-url", "redis://user@127.0.0.1"},
      {"--redis-url", "rediss://127.0.0.1", "--redis-ca-file", "nowhere.pem"},
      {"--database-url", "postgresql://127.0.0.1/curt?sslmod=disable"},
  };
  for (const auto& settings : wrong) {
    std::vector<std::string> arguments{"serve", "--listen", "127.0.0.1:0"};
    arguments.insert(arguments.end(), settings.begin(), settings.end());
    const Finished refused = curt(arguments, folder.path());
    EXPECT_EQ(refused.status, 2) << refused.err;
    EXPECT_EQ(std::count(refused.err.begin(), refused.err.end(), '\n'), 1) << refused.err;
    EXPECT_EQ(refused.out, "");
  }
}

/// What `curt migrate` prints for all migrations of an empty database.
std::string every_migration(const std::string& verb) {
  std::string lines;
  for (const store::Migration& migration : store::sqlite_migrations()) {
    lines += fmt::format("{} {}\n", verb, migration.name);
  }
  return lines;
}

TEST(Migrate, IsIdempotentAndCanOnlyPrint) {
  const TempFolder folder;
  const Finished dry = curt({"migrate", "--dry-run"}, folder.path());
  EXPECT_EQ(dry.status, 0);
  EXPECT_EQ(dry.out, every_migration("would apply"));
  const Finished first = curt({"migrate"}, folder.path());
  EXPECT_EQ(first.status, 0);
  EXPECT_EQ(first.out, every_migration("applied"));
  const Finished again = curt({"migrate"}, folder.path());
  EXPECT_EQ(again.status, 0);
  EXPECT_EQ(again.out,
            fmt::format("the schema is at version {}, the latest\n", store::sqlite_migrations().size()));
}

TEST(CommandLine, PrintsItsVersionAndRefusesWhatItDoesNotKnow) {
  const TempFolder folder;
  EXPECT_EQ(curt({"version"}, folder.path()).out, std::string{"curt "} + CURT_VERSION + "\n");
  EXPECT_EQ(curt({"serve", "--no-such-flag"}, folder.path()).status, 2);
  EXPECT_EQ(curt({}, folder.path()).status, 2);
}

}  // namespace
}  // namespace curt::test
