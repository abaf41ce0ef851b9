#include <atomic>
#include <chrono>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "e2e/cluster.hpp"
#include "support/eventually.hpp"
#include "support/visits/user_agents.hpp"

namespace curt::test {
namespace {

constexpr std::size_t kClients = 10;

/// Sends one request with this User-Agent; the status, 0 if there was no answer.
unsigned status_of(RawClient& client, std::string_view method, std::string_view user_agent,
                   std::string_view more = {}, std::string_view code = "limited") {
  client.send(fmt::format("{} /{} HTTP/1.1\r\nHost: localhost\r\nUser-Agent: {}\r\n{}\r\n", method, code,
                          user_agent, more));
  const auto answer = client.read_response(method == "HEAD" ? Body::none : Body::follows);
  return answer ? answer->status : 0;
}

constexpr std::string_view kBrowser =
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
constexpr std::string_view kBot = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)";

class MaxVisits : public testing::Test {
 protected:
  /// A link that may be followed so often, over two instances.
  void given(int max_visits) {
    cluster_.start(kLongMemory);
    cluster_.start(kLongMemory);
    RawClient client{cluster_[0].port()};
    make(client, "limited", max_visits);
  }

  static void make(RawClient& client, std::string_view code, int max_visits) {
    const auto made = ask(client, "POST", "/shorten",
                          {{"url", "https://example.com/"}, {"alias", code}, {"max_visits", max_visits}});
    ASSERT_TRUE(made);
    ASSERT_EQ(made->status, 201U) << made->body;
  }

  Cluster cluster_;
};

TEST_F(MaxVisits, TenClientsOfTwoInstancesFollowALinkExactlyAsOftenAsItMayBe) {
  constexpr int kMost = 1000;
  given(kMost);
  std::atomic<int> redirects{0};
  std::atomic<int> gone{0};
  std::atomic<int> others{0};
  const auto began = std::chrono::steady_clock::now();
  {
    std::vector<std::jthread> clients;
    for (std::size_t i = 0; i < kClients; ++i) {
      clients.emplace_back([&, i] {
        RawClient client{cluster_[i % 2].port()};
        for (int request = 0; request < 150; ++request) {
          // Beside the visits, those that are none.
          if (request % 10 == 0) status_of(client, "HEAD", kBrowser);
          if (request % 10 == 5) status_of(client, "GET", kBot);
          const unsigned status = status_of(client, "GET", kBrowser);
          ++(status == 302 ? redirects : status == 410 ? gone : others);
        }
      });
    }
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  fmt::print("1,500 visits by {} clients of 2 instances in {:.2f} s; spends: {} and {}\n", kClients,
             took.count(), cluster_[0].metric("curt_budget_spends_total"),
             cluster_[1].metric("curt_budget_spends_total"));
  EXPECT_EQ(redirects, kMost);
  EXPECT_EQ(gone, 500);
  EXPECT_EQ(others, 0);
  EXPECT_EQ(cluster_[0].metric("curt_budget_granted_total") + cluster_[1].metric("curt_budget_granted_total"),
            kMost);
  EXPECT_TRUE(cluster_.stop());
}

TEST_F(MaxVisits, BotsHeadAndPrefetchesSpendNone) {
  given(1);
  for (std::size_t instance = 0; instance < 2; ++instance) {
    RawClient client{cluster_[instance].port()};
    for (int i = 0; i < 20; ++i) {
      EXPECT_EQ(status_of(client, "HEAD", kBrowser), 302U);
      EXPECT_EQ(status_of(client, "GET", kBot), 302U);
      EXPECT_EQ(status_of(client, "GET", kBrowser, "Sec-Purpose: prefetch\r\n"), 503U);
    }
  }
  RawClient one{cluster_[0].port()};
  RawClient other{cluster_[1].port()};
  EXPECT_EQ(status_of(one, "GET", kBrowser), 302U);
  EXPECT_EQ(status_of(other, "GET", kBrowser), 410U);
  EXPECT_EQ(status_of(other, "HEAD", kBrowser), 410U);
  EXPECT_EQ(status_of(one, "GET", kBot), 410U);
}

TEST_F(MaxVisits, BotsOfEveryKindLeaveTheOnlyVisitToAPerson) {
  given(1);
  RawClient client{cluster_[0].port()};
  int number = 0;
  std::set<std::string> kinds;
  for (const UserAgent& bot : user_agents("kinds.txt")) {
    SCOPED_TRACE(bot.kind + ": " + bot.text);
    const std::string code = fmt::format("limited{}", ++number);
    make(client, code, 1);
    EXPECT_EQ(status_of(client, "GET", bot.text, {}, code), 302U);
    EXPECT_EQ(status_of(client, "GET", kBrowser, {}, code), 302U) << "the bot has spent the visit";
    EXPECT_EQ(status_of(client, "GET", kBrowser, {}, code), 410U);
    kinds.insert(bot.kind);
  }
  EXPECT_EQ(kinds.size(), 11U);
}

TEST_F(MaxVisits, OddBrowsersSpendTheVisit) {
  given(1);
  RawClient client{cluster_[0].port()};
  int number = 0;
  for (const UserAgent& person : user_agents("people.txt")) {
    SCOPED_TRACE(person.text);
    const std::string code = fmt::format("limited{}", ++number);
    make(client, code, 1);
    EXPECT_EQ(status_of(client, "GET", person.text, {}, code), 302U);
    EXPECT_EQ(status_of(client, "GET", person.text, {}, code), 410U);
  }
  EXPECT_GT(number, 100);
}

TEST_F(MaxVisits, AnEditOnOneInstanceOpensAndLimitsOnTheOther) {
  given(1);
  RawClient one{cluster_[0].port()};
  RawClient other{cluster_[1].port()};
  EXPECT_EQ(status_of(other, "GET", kBrowser), 302U);
  EXPECT_EQ(status_of(other, "GET", kBrowser), 410U);
  ASSERT_EQ(ask(one, "PATCH", "/api/v1/links/limited", {{"max_visits", 2}})->status, 200U);
  EXPECT_EQ(status_of(other, "GET", kBrowser), 302U) << "it asks the database each time";
  EXPECT_EQ(status_of(one, "GET", kBrowser), 410U);
  ASSERT_EQ(
      ask(one, "PATCH", "/api/v1/links/limited", nlohmann::json::parse(R"({"max_visits":null})"))->status,
      200U);
  EXPECT_TRUE(eventually([&] { return status_of(other, "GET", kBrowser) == 302; }));
  ASSERT_EQ(ask(one, "PATCH", "/api/v1/links/limited", {{"max_visits", 1}})->status, 200U);
  EXPECT_TRUE(eventually([&] { return status_of(other, "GET", kBrowser) == 410; }));
}

TEST_F(MaxVisits, ARestoredLinkGrantsWhatWasLeft) {
  given(3);
  RawClient one{cluster_[0].port()};
  RawClient other{cluster_[1].port()};
  EXPECT_EQ(status_of(one, "GET", kBrowser), 302U);
  ASSERT_EQ(ask(one, "DELETE", "/api/v1/links/limited")->status, 204U);
  EXPECT_EQ(status_of(one, "GET", kBrowser), 410U);
  EXPECT_TRUE(eventually([&] { return status_of(other, "HEAD", kBrowser) == 410; }));
  ASSERT_EQ(ask(other, "POST", "/api/v1/links/limited/restore")->status, 200U);
  EXPECT_EQ(status_of(other, "GET", kBrowser), 302U);
  EXPECT_TRUE(eventually([&] { return status_of(one, "HEAD", kBrowser) == 302; }));
  EXPECT_EQ(status_of(one, "GET", kBrowser), 302U);
  EXPECT_EQ(status_of(one, "GET", kBrowser), 410U);
  EXPECT_EQ(status_of(other, "GET", kBrowser), 410U);
}

TEST_F(MaxVisits, NobodyIsLetThroughWhileTheDatabaseIsAway) {
  given(3);
  RawClient client{cluster_[0].port()};
  EXPECT_EQ(status_of(client, "GET", kBrowser), 302U);
  cluster_.postgres.kill();
  EXPECT_EQ(status_of(client, "GET", kBrowser), 503U);
  EXPECT_EQ(status_of(client, "HEAD", kBrowser), 503U);
  cluster_.postgres.start();
  ASSERT_TRUE(eventually([&] { return status_of(client, "HEAD", kBrowser) == 302; }));
  int followed = 1;
  while (status_of(client, "GET", kBrowser) == 302) ++followed;
  EXPECT_LE(followed, 3);
  EXPECT_GE(followed, 2) << "one may be spent without an answer";
}

}  // namespace
}  // namespace curt::test
