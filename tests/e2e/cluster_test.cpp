#include "e2e/cluster.hpp"

#include <atomic>
#include <chrono>
#include <cstdio>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pqxx/pqxx>

#include "support/eventually.hpp"

namespace curt::test {
namespace {

using nlohmann::json;
using testing::HasSubstr;
using testing::Not;
using SteadyClock = std::chrono::steady_clock;

double seconds_since(SteadyClock::time_point began) {
  return std::chrono::duration<double>(SteadyClock::now() - began).count();
}

/// Creates `count` links over one connection; their codes, one for each 201.
std::vector<std::string> create_many(std::uint16_t port, int client, int count) {
  RawClient connection{port};
  std::vector<std::string> codes;
  for (int i = 0; i < count; ++i) {
    const auto answer =
        ask(connection, "POST", "/shorten", {{"url", fmt::format("https://example.com/{}/{}", client, i)}});
    if (answer && answer->status == 201) codes.push_back(json::parse(answer->body).at("code"));
  }
  return codes;
}

TEST(Cluster, EightClientsOfTwoInstancesMakeFiftyThousandLinksWithoutADuplicateOrAnError) {
  constexpr std::size_t kClients = 8;
  constexpr int kLinks = 50'000;
  Cluster cluster;
  cluster.start();
  cluster.start();
  std::vector<std::vector<std::string>> shares(kClients);
  const auto began = SteadyClock::now();
  {
    std::vector<std::jthread> clients;
    for (std::size_t i = 0; i < kClients; ++i) {
      clients.emplace_back([&, i] {
        shares[i] =
            create_many(cluster[i % 2].port(), static_cast<int>(i), kLinks / static_cast<int>(kClients));
      });
    }
  }
  const double took = seconds_since(began);
  fmt::print("{} links by {} clients of 2 instances in {:.1f} s: {:.0f} creates a second\n", kLinks, kClients,
             took, kLinks / took);
  std::set<std::string> distinct;
  for (const auto& share : shares) distinct.insert(share.begin(), share.end());
  EXPECT_EQ(distinct.size(), std::size_t{kLinks});
  EXPECT_TRUE(cluster.stop());
  EXPECT_THAT(cluster.postgres.log(), Not(HasSubstr("deadlock")));
  EXPECT_THAT(cluster.postgres.log(), Not(HasSubstr("ERROR")));
}

/// Follows a link over and over; the versions that its targets name must never fall. It leaves the processors
/// some rest: where two readers keep both busy, Linux's groups for sessions can leave a server process of
/// Postgres, which is a session of its own, without any for ten seconds (seen with Linux 6.18).
class Reader {
 public:
  Reader(std::uint16_t port, std::string path)
      : path_(std::move(path)), thread_([this, port](const std::stop_token& stop) {
          RawClient connection{port};
          while (!stop.stop_requested()) {
            look(connection);
            std::this_thread::sleep_for(std::chrono::microseconds{100});
          }
        }) {}

  [[nodiscard]] int seen() const noexcept { return seen_; }
  [[nodiscard]] int wrong() const noexcept { return wrong_; }
  [[nodiscard]] int looks() const noexcept { return looks_; }

 private:
  void look(RawClient& connection) {
    const auto answer = ask(connection, "GET", path_);
    const std::string target = answer ? answer->header("Location") : "";
    const std::size_t equals = target.find('=');
    const int version = equals == std::string::npos ? -1 : std::stoi(target.substr(equals + 1));
    if (version < seen_) ++wrong_;
    seen_ = std::max(seen_.load(), version);
    ++looks_;
  }

  const std::string path_;
  std::atomic<int> seen_{0};
  std::atomic<int> wrong_{0};
  std::atomic<int> looks_{0};
  std::jthread thread_;
};

TEST(Cluster, TellsAtItsStartWhichLinksItsOwnPathsHide) {
  Cluster cluster;
  RawClient client{cluster.start().port()};
  ASSERT_TRUE(ask(client, "POST", "/shorten", {{"url", "https://example.com/"}, {"alias", "old"}}));
  pqxx::connection database{cluster.database_url()};
  pqxx::work work{database};
  work.exec("UPDATE links SET code = 'docs' WHERE code = 'old'");
  work.commit();
  CurtProcess& second = cluster.start();
  EXPECT_TRUE(eventually([&] {
    return second.process().standard_output().find(R"("codes":"docs")") != std::string::npos;
  })) << second.process().standard_output();
}

TEST(Cluster, AnEditOnOneInstanceIsServedByTheOtherAndNeverUndone) {
  constexpr int kEdits = 1000;
  Cluster cluster;
  cluster.start(kLongMemory);
  cluster.start(kLongMemory);
  RawClient editor{cluster[0].port()};
  ASSERT_EQ(
      ask(editor, "POST", "/shorten", {{"url", "https://example.com/?v=0"}, {"alias", "edited"}})->status,
      201U);
  ASSERT_TRUE(eventually([&] { return cluster[1].metric("curt_dependency_up{dependency=\"redis\"}") == 1; }));

  const Reader here{cluster[0].port(), "/edited"};
  const Reader there{cluster[1].port(), "/edited"};
  double slowest = 0;
  for (int edit = 1; edit <= kEdits; ++edit) {
    const auto edited = ask(editor, "PATCH", "/api/v1/links/edited",
                            {{"url", fmt::format("https://example.com/?v={}", edit)}});
    ASSERT_TRUE(edited) << edit;
    ASSERT_EQ(edited->status, 200U) << edit << ": " << edited->body;
    const auto began = SteadyClock::now();
    ASSERT_TRUE(eventually([&] { return there.seen() >= edit && here.seen() >= edit; }))
        << "edit " << edit << " is not seen";
    slowest = std::max(slowest, seconds_since(began));
  }
  fmt::print("{} edits: the slowest was seen everywhere after {:.1f} ms; {} readings\n", kEdits,
             1000 * slowest, here.looks() + there.looks());
  EXPECT_EQ(here.wrong() + there.wrong(), 0) << "an edit was undone, or a reading failed";
}

TEST(Cluster, ACreateOverARememberedAbsenceIsSeenByTheOtherInstance) {
  Cluster cluster;
  RawClient one{cluster.start(kLongMemory).port()};
  RawClient other{cluster.start(kLongMemory).port()};
  for (RawClient* client : {&one, &other}) {
    ASSERT_TRUE(eventually([&] {
      const json cache = json::parse(ask(*client, "GET", "/health")->body).at("components").at("cache");
      return cache.at("status") == "up" && cache.at("listening") == true;
    }));
  }
  for (int i = 0; i < 100; ++i) {
    const std::string code = fmt::format("late{}", i);
    ASSERT_EQ(ask(other, "GET", "/" + code)->status, 404U);
    ASSERT_EQ(ask(one, "POST", "/shorten", {{"url", "https://example.com/"}, {"alias", code}})->status, 201U);
    EXPECT_TRUE(eventually([&] { return ask(other, "GET", "/" + code)->status == 302U; })) << code;
    ASSERT_EQ(ask(one, "DELETE", "/api/v1/links/" + code)->status, 204U);
    EXPECT_TRUE(eventually([&] { return ask(other, "GET", "/" + code)->status == 410U; })) << code;
  }
}

TEST(Cluster, HealthTellsOfDatabaseAndCacheAndWhetherTheConnectionsFit) {
  Cluster cluster;
  CurtProcess& curt = cluster.start({{"CURT_INSTANCES", "1000"}});
  RawClient client{curt.port()};
  const auto health = [&] { return json::parse(ask(client, "GET", "/health")->body); };
  // Not before the cache is listened to and visits are delivered.
  ASSERT_TRUE(eventually([&] { return health().at("status") == "up"; }));
  const json shown = health();
  EXPECT_EQ(shown.at("components").at("cache").at("listening"), true);
  const json& database = shown.at("components").at("database");
  EXPECT_EQ(database.at("kind"), "postgres");
  EXPECT_EQ(database.at("pool").at("size"), 8);
  EXPECT_GE(database.at("pool").at("open"), 1);
  EXPECT_EQ(database.at("connections").at("fits"), false);
  EXPECT_EQ(database.at("connections").at("instances"), 1000);
  cluster.redis.kill();
  // The subscription may be lost before the first command is, and degrades the service alone.
  ASSERT_TRUE(eventually([&] { return health().at("components").at("cache").at("status") == "down"; }));
  const json degraded = health();
  EXPECT_EQ(degraded.at("status"), "degraded");
  EXPECT_FALSE(degraded.at("components").at("cache").at("error").get<std::string>().empty());
  EXPECT_EQ(curt.stop(), 0);
  EXPECT_THAT(curt.process().standard_output(), HasSubstr("more connections than the database server has"));
}

TEST(Cluster, TenThousandColdCodesTakeNoMoreConnectionsThanThePoolHas) {
  constexpr int kCodes = 10'000;
  Cluster cluster;
  RawClient client{cluster.start({{"CURT_DB_POOL_SIZE", "4"}, {"CURT_REDIS_URL", ""}}).port()};
  for (int first = 0; first < kCodes; first += 100) {
    std::string requests;
    for (int i = first; i < first + 100; ++i)
      requests += fmt::format("GET /cold{} HTTP/1.1\r\nHost: localhost\r\n\r\n", i);
    client.send(requests);
    for (int i = 0; i < 100; ++i) {
      const auto answer = client.read_response();
      ASSERT_TRUE(answer && answer->status == 404U) << first + i;
    }
  }
  EXPECT_EQ(ask(client, "POST", "/shorten", {{"url", "https://example.com/"}})->status, 201U);
  const std::string connections =
      cluster.postgres.ask("SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'curt %'");
  EXPECT_LE(std::stoi(connections), 4 + 1) << "the pool's, and the one that follows changes";
  EXPECT_GE(std::stoi(connections), 1);
}

}  // namespace
}  // namespace curt::test
