#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "e2e/cluster.hpp"
#include "support/eventually.hpp"

namespace curt::test {
namespace {

constexpr const char* kOld = "https://old.example/";
constexpr const char* kNew = "https://new.example/";

/// Nothing is asked for again by itself, and Redis is waited for no longer than usual.
CurtProcess::Environment settings() { return with_defaults({{"CURT_REDIS_TIMEOUT", "50ms"}}, kLongMemory); }

bool believes_redis(const CurtProcess& curt) { return curt.metric("curt_cache_shared_first") == 1; }

/// What a redirect of the code is answered: its target, else its status.
std::string answer_to(std::uint16_t port, const std::string& code) {
  RawClient client{port};
  const auto answer = ask(client, "GET", "/" + code);
  if (!answer) return "nothing";
  const std::string target{answer->header("Location")};
  return target.empty() ? fmt::format("{}", answer->status) : target;
}

/// Two instances, which know and believe Redis.
class Outbox : public testing::Test {
 protected:
  Outbox() {
    start_both();
    EXPECT_TRUE(both_believe_redis());
  }

  void start_both() {
    for (int i = 0; i < 2; ++i) cluster_.start(settings());
  }

  /// Whether both ask Redis before the database, sooner or later.
  [[nodiscard]] bool both_believe_redis() {
    return eventually([&] { return believes_redis(cluster_[0]) && believes_redis(cluster_[1]); });
  }

  /// Makes a link, which Redis knows then and no instance remembers.
  void make(const std::string& code) {
    RawClient client{cluster_[0].port()};
    const auto made = ask(client, "POST", "/shorten", {{"url", kOld}, {"alias", code}});
    ASSERT_TRUE(made && made->status == 201U) << code;
    ASSERT_EQ(cluster_.redis.command({"EXISTS", "curt:l:" + code}).integer, 1);
  }

  /// Has the first instance change it.
  void edit(const std::string& code) {
    RawClient client{cluster_[0].port()};
    const auto edited = ask(client, "PATCH", "/api/v1/links/" + code, {{"url", kNew}});
    ASSERT_TRUE(edited && edited->status == 200U) << code;
  }
  void disable(const std::string& code) {
    RawClient client{cluster_[0].port()};
    const auto disabled = ask(client, "PATCH", "/api/v1/links/" + code, {{"enabled", false}});
    ASSERT_TRUE(disabled && disabled->status == 200U) << code;
  }
  void remove(const std::string& code) {
    RawClient client{cluster_[0].port()};
    const auto removed = ask(client, "DELETE", "/api/v1/links/" + code);
    ASSERT_TRUE(removed && removed->status == 204U) << code;
  }
  void restore(const std::string& code, std::size_t instance = 0) {
    RawClient client{cluster_[instance].port()};
    const auto restored = ask(client, "POST", "/api/v1/links/" + code + "/restore");
    ASSERT_TRUE(restored && restored->status == 200U) << code;
  }

  /// Expects both instances to answer so, sooner or later.
  void expect_from_both(const std::string& code, const std::string& answer) {
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_TRUE(eventually([&] { return answer_to(cluster_[i].port(), code) == answer; }))
          << "instance " << i << " answers to " << code << ": " << answer_to(cluster_[i].port(), code);
    }
  }

  /// Expects both to answer so at the first time of asking.
  void expect_at_once_from_both(const std::string& code, const std::string& answer) {
    for (std::size_t i = 0; i < 2; ++i)
      EXPECT_EQ(answer_to(cluster_[i].port(), code), answer) << code << " of instance " << i;
  }

  Cluster cluster_;
};

TEST_F(Outbox, TellsRedisOfWhatChangedInAnOutageAlsoAfterAllWereKilledInIt) {
  for (const char* code : {"edited", "deleted", "disabled", "restored"}) make(code);
  remove("restored");
  expect_from_both("restored", "410");
  cluster_.redis.pause();  // it keeps what it holds, and nobody hears of it
  // What was sent to it before is done when it goes on.
  ASSERT_TRUE(eventually([&] {
    static_cast<void>(answer_to(cluster_[0].port(), "unknown"));
    return cluster_[0].metric("curt_dependency_up{dependency=\"redis\"}") == 0;
  }));
  edit("edited");
  remove("deleted");
  disable("disabled");
  restore("restored");
  // As if the outage had lasted for ten minutes by now.
  cluster_.ask_database("UPDATE links SET updated_at = updated_at - 600000");
  cluster_.ask_database("UPDATE unannounced SET since = since - 600000, touched_at = touched_at - 600000");
  cluster_.kill();
  start_both();
  cluster_.redis.resume();
  ASSERT_TRUE(both_believe_redis());
  // Nobody has asked before.
  expect_at_once_from_both("edited", kNew);
  expect_at_once_from_both("deleted", "410");
  expect_at_once_from_both("disabled", "410");
  expect_at_once_from_both("restored", kOld);
}

TEST_F(Outbox, TellsAllOfALinkThatIsRestored) {
  make("abc");
  for (int round = 0; round < 3; ++round) {
    expect_from_both("abc", kOld);
    remove("abc");
    expect_from_both("abc", "410");
    restore("abc", 1);
  }
  expect_from_both("abc", kOld);
  EXPECT_EQ(answer_to(cluster_.start(settings()).port(), "abc"), kOld) << "by one that comes later";
}

void set(const RedisServer& redis, std::string_view setting, std::string_view value) {
  (void)redis.command({"CONFIG", "SET", setting, value});
}

/// A way in which Redis answers and takes no writes of ours.
struct Refusal {
  const char* error;  ///< of a script that writes
  void (*begin)(const RedisServer&);
  void (*end)(const RedisServer&);
};

constexpr std::array<Refusal, 5> kRefusals{{
    {"NOREPLICAS", [](const RedisServer& redis) { set(redis, "min-replicas-to-write", "1"); },
     [](const RedisServer& redis) { set(redis, "min-replicas-to-write", "0"); }},
    {"OOM", [](const RedisServer& redis) { set(redis, "maxmemory", "1"); },
     [](const RedisServer& redis) { set(redis, "maxmemory", "0"); }},
    {"NOPERM",
     [](const RedisServer& redis) { (void)redis.command({"ACL", "SETUSER", "default", "-@scripting"}); },
     [](const RedisServer& redis) { (void)redis.command({"ACL", "SETUSER", "default", "+@scripting"}); }},
    {"READONLY", [](const RedisServer& redis) { (void)redis.command({"REPLICAOF", "127.0.0.1", "1"}); },
     [](const RedisServer& redis) { (void)redis.command({"REPLICAOF", "NO", "ONE"}); }},
    {"MISCONF",
     [](const RedisServer& redis) {
       set(redis, "save", "3600 1");
       redis.lose_folder();
       (void)redis.command({"BGSAVE"});
     },
     [](const RedisServer& redis) { set(redis, "save", ""); }},
}};

TEST_F(Outbox, DoesNotBelieveARedisThatTakesNoWrites) {
  int round = 0;
  for (const Refusal& refusal : kRefusals) {
    const std::string asked = fmt::format("asked{}", ++round);
    const std::string silent = fmt::format("silent{}", round);
    make(asked);
    make(silent);
    expect_at_once_from_both(asked, kOld);
    refusal.begin(cluster_.redis);
    ASSERT_TRUE(eventually([&] {
      constexpr std::string_view kWrite = "return redis.call('SET', 'probe', '1')";
      return cluster_.redis.command({"EVAL", kWrite, "0"}).is_error(refusal.error);
    })) << refusal.error;
    remove(asked);
    edit(silent);
    expect_from_both(asked, "410");
    refusal.end(cluster_.redis);
    ASSERT_TRUE(both_believe_redis()) << refusal.error;
    expect_at_once_from_both(silent, kNew);
    expect_at_once_from_both(asked, "410");
  }
}

TEST_F(Outbox, DoesNotBelieveARedisWithAnOldSnapshotBeforeItIsEmptied) {
  make("abc");
  (void)cluster_.redis.command({"SAVE"});
  edit("abc");
  // As it is once nobody needs to follow that change any more.
  cluster_.ask_database("DELETE FROM unannounced");
  cluster_.redis.kill();
  cluster_.redis.start();
  ASSERT_TRUE(both_believe_redis());
  EXPECT_EQ(answer_to(cluster_.start(settings()).port(), "abc"), kNew) << "by one that remembers nothing";
  expect_at_once_from_both("abc", kNew);
}

TEST(OutboxWithoutRedis, AnEditOnOneInstanceIsServedByTheOther) {
  Cluster cluster;
  const CurtProcess::Environment alone = with_defaults({{"CURT_REDIS_URL", ""}}, kLongMemory);
  RawClient editor{cluster.start(alone).port()};
  const std::uint16_t other = cluster.start(alone).port();
  ASSERT_EQ(ask(editor, "POST", "/shorten", {{"url", kOld}, {"alias", "abc"}})->status, 201U);
  ASSERT_EQ(answer_to(other, "abc"), kOld);
  ASSERT_EQ(ask(editor, "PATCH", "/api/v1/links/abc", {{"url", kNew}})->status, 200U);
  EXPECT_TRUE(eventually([&] { return answer_to(other, "abc") == kNew; }));
  ASSERT_EQ(ask(editor, "DELETE", "/api/v1/links/abc")->status, 204U);
  EXPECT_TRUE(eventually([&] { return answer_to(other, "abc") == "410"; }));
  ASSERT_EQ(ask(editor, "POST", "/api/v1/links/abc/restore")->status, 200U);
  EXPECT_TRUE(eventually([&] { return answer_to(other, "abc") == kNew; }));
}

}  // namespace
}  // namespace curt::test
