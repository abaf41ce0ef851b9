#include <chrono>
#include <string>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "e2e/cluster.hpp"
#include "support/eventually.hpp"
#include "support/servers/relay.hpp"

namespace curt::test {
namespace {

using namespace std::chrono_literals;

/// Of a redirect; none of these tests waits for it.
constexpr const char* kDeadline = "50s";

/// A service whose Redis and database hang when they are told to: they take connections and answer nothing.
class HangingOutages : public testing::Test {
 protected:
  /// Starts an instance for which links are old at once; `more` settings win.
  CurtProcess& start(const CurtProcess::Environment& more = {}) {
    const CurtProcess::Environment settings{
        {"CURT_REDIRECT_DEADLINE", kDeadline}, {"CURT_REDIS_TIMEOUT", "200ms"}, {"CURT_CACHE_TTL", "10ms"}};
    return cluster_.start(with_defaults(more, settings));
  }

  void make(RawClient& client, const std::string& code) {
    const auto made = ask(client, "POST", "/shorten", {{"url", "https://example.com/"}, {"alias", code}});
    ASSERT_TRUE(made && made->status == 201U);
  }

  static testing::AssertionResult redirects(RawClient& client, const std::string& code) {
    const auto answer = ask(client, "GET", "/" + code);
    if (answer && answer->status == 302U) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "status " << (answer ? answer->status : 0);
  }

  /// Lets the database hang. Whether an old link is then answered while its reading waits for the database
  /// still: that ends later, with the deadline or when the database is left alone.
  bool answers_before_the_reading_ends(CurtProcess& curt, RawClient& client, const std::string& code) {
    const auto slow = [&] { return curt.metric("curt_cache_stale_slow_total"); };
    return eventually([&] {
      const double before = slow();
      cluster_.postgres.hang();
      EXPECT_TRUE(redirects(client, code));
      if (slow() > before) return true;
      // On a busy machine the database may be left alone before the link is asked for.
      cluster_.postgres.resume();
      EXPECT_TRUE(eventually([&] { return !is_open(curt, "postgres"); }));
      return false;
    });
  }

  /// Follows a link until it is in the instance's memory: what is read while its creation is announced is not
  /// remembered.
  static void remember(const CurtProcess& curt, RawClient& client, const std::string& code) {
    const auto remembered = [&] { return curt.metric("curt_cache_entries{layer=\"local\"}"); };
    const double before = remembered();
    EXPECT_TRUE(eventually([&] {
      EXPECT_EQ(ask(client, "GET", "/" + code)->status, 302U);
      return remembered() > before;
    })) << code;
  }

  static bool is_open(const CurtProcess& curt, std::string_view dependency = "redis") {
    return curt.metric(fmt::format("curt_circuit_breaker_open{{dependency=\"{}\"}}", dependency)) == 1;
  }

  Cluster cluster_;
};

TEST_F(HangingOutages, AnOldLinkIsAnsweredWhileTheDatabaseIsWaitedFor) {
  CurtProcess& curt = start({{"CURT_REDIS_URL", ""}});
  RawClient client{curt.port()};
  make(client, "abc");
  remember(curt, client, "abc");
  EXPECT_TRUE(answers_before_the_reading_ends(curt, client, "abc"));
  EXPECT_TRUE(eventually([&] {
    EXPECT_TRUE(redirects(client, "abc"));
    return curt.metric("curt_cache_stale_total") >= 3;
  }));
  cluster_.postgres.resume();
  EXPECT_TRUE(eventually([&] {
    const double before = curt.metric("curt_cache_stale_total");
    return ask(client, "GET", "/abc")->status == 302U && curt.metric("curt_cache_stale_total") == before;
  })) << "it is read again";
}

TEST_F(HangingOutages, LinksInMemoryAreAnsweredWhileRedisAndTheDatabaseHang) {
  CurtProcess& curt = start();
  RawClient client{curt.port()};
  for (int i = 0; i < 10; ++i) {
    make(client, fmt::format("link{}", i));
    remember(curt, client, fmt::format("link{}", i));
  }
  cluster_.redis.pause();
  EXPECT_TRUE(answers_before_the_reading_ends(curt, client, "link0"));
  for (int round = 0; round < 5; ++round) {
    for (int i = 0; i < 10; ++i) EXPECT_TRUE(redirects(client, fmt::format("link{}", i))) << i;
  }
  EXPECT_TRUE(eventually([&] { return is_open(curt); }));
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(redirects(client, fmt::format("link{}", i))) << i;
  cluster_.redis.resume();
  cluster_.postgres.resume();
  EXPECT_TRUE(eventually([&] { return !is_open(curt); }));
}

TEST_F(HangingOutages, ADatabaseBelowAHangingRedisIsAsked) {
  RawClient elsewhere{start({{"CURT_REDIS_URL", ""}}).port()};
  CurtProcess& curt = start();
  RawClient client{curt.port()};
  for (int i = 0; i < 6; ++i) make(elsewhere, fmt::format("link{}", i));
  cluster_.redis.pause();
  // Redis takes no more than its timeout of them, or nothing would be left of the deadline for the database.
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(redirects(client, fmt::format("link{}", i))) << i;
  EXPECT_TRUE(eventually([&] { return is_open(curt); }));
  const double timeouts =
      curt.metric(R"(curt_redis_commands_total{command="get",result="timeout",client="cache"})");
  for (int i = 3; i < 6; ++i) EXPECT_TRUE(redirects(client, fmt::format("link{}", i))) << i;
  EXPECT_EQ(curt.metric(R"(curt_redis_commands_total{command="get",result="timeout",client="cache"})"),
            timeouts)
      << "Redis is left alone";
  cluster_.redis.resume();
  EXPECT_TRUE(eventually([&] { return !is_open(curt); }));
  EXPECT_TRUE(eventually([&] { return curt.metric("curt_cache_shared_first") == 1; }));
}

TEST_F(HangingOutages, ARedisThatAnswersTooSlowlyIsLeftAloneUntilItIsQuick) {
  Relay relay{cluster_.redis.port()};
  CurtProcess& curt = start(
      {{"CURT_REDIS_URL", fmt::format("redis://127.0.0.1:{}", relay.port())}, {"CURT_CACHE_BYTES", "0"}});
  RawClient client{curt.port()};
  make(client, "abc");
  ASSERT_TRUE(eventually([&] { return curt.metric("curt_cache_shared_first") == 1; }));
  relay.delay_by(150ms);  // in each direction
  EXPECT_TRUE(eventually([&] {
    EXPECT_TRUE(redirects(client, "abc"));
    return is_open(curt);
  }));
  EXPECT_TRUE(redirects(client, "abc"));
  relay.delay_by(0ms);
  EXPECT_TRUE(eventually([&] { return !is_open(curt); }));
  const auto hits = [&] { return curt.metric(R"(curt_cache_lookups_total{layer="redis",result="hit"})"); };
  EXPECT_TRUE(eventually([&, before = hits()] {
    EXPECT_TRUE(redirects(client, "abc"));
    return hits() > before;
  })) << "it is asked again";
}

TEST_F(HangingOutages, AnInstanceEndsWhileItReadsBehindItsAnswers) {
  CurtProcess& curt = start({{"CURT_REDIS_URL", ""}, {"CURT_SHUTDOWN_TIMEOUT", "2s"}});
  RawClient client{curt.port()};
  make(client, "abc");
  remember(curt, client, "abc");
  EXPECT_TRUE(answers_before_the_reading_ends(curt, client, "abc"));
  // Nothing that the reading uses is gone before it.
  EXPECT_EQ(curt.stop(), 0) << curt.process().standard_error();
  cluster_.postgres.resume();
}

}  // namespace
}  // namespace curt::test
