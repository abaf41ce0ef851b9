#include <cstdint>
#include <ostream>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "curt/base/logging.hpp"

#include "cache/redis/links/link_value.hpp"
#include "support/cache/redis_link_cache_fixture.hpp"
#include "support/captured_log.hpp"

namespace curt::cache {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

/// A way in which a server comes to answer reads and to take no writes.
struct Refusal {
  std::string name;
  std::vector<std::vector<std::string>> begin;  ///< commands
  std::vector<std::string> end;

  friend void PrintTo(const Refusal& way, std::ostream* out) { *out << way.name; }
};

std::vector<Refusal> refusals() {
  return {
      {"NOREPLICAS",
       {{"CONFIG", "SET", "min-replicas-to-write", "1"}},
       {"CONFIG", "SET", "min-replicas-to-write", "0"}},
      {"MISCONF",
       {{"CONFIG", "SET", "stop-writes-on-bgsave-error", "yes"},
        {"CONFIG", "SET", "save", "3600 1000000"},
        {"CONFIG", "SET", "dir", "/proc"},
        {"BGSAVE"}},
       {"CONFIG", "SET", "stop-writes-on-bgsave-error", "no"}},
      {"OOM", {{"CONFIG", "SET", "maxmemory", "1"}}, {"CONFIG", "SET", "maxmemory", "0"}},
      {"NOPERM",
       {{"ACL", "SETUSER", "default", "-@scripting"}},
       {"ACL", "SETUSER", "default", "+@scripting"}},
      {"READONLY", {{"REPLICAOF", "127.0.0.1", "1"}}, {"REPLICAOF", "NO", "ONE"}},
  };
}

class RedisRefusals : public testing::TestWithParam<Refusal> {
 protected:
  RedisReply command(const std::vector<std::string>& words) const {
    std::vector<std::string_view> views{words.begin(), words.end()};
    return server_.command(std::span<const std::string_view>{views});
  }

  /// From now on the server refuses, with the word that the refusal is named after.
  void begin() {
    for (const auto& words : GetParam().begin) {
      const RedisReply reply = command(words);
      ASSERT_NE(reply.kind, RedisReply::Kind::error) << reply.text;
    }
    const std::vector<std::string> write = GetParam().name == "NOPERM"
                                               ? std::vector<std::string>{"EVAL", "return 1", "0"}
                                               : std::vector<std::string>{"SET", "probe", "1"};
    ASSERT_TRUE(test::eventually([&] { return command(write).is_error(GetParam().name); }));
  }

  void end() { ASSERT_EQ(command(GetParam().end).text, "OK"); }

  /// What the server has of the link; 0 if it has no such key, or knows nothing of it but the version.
  [[nodiscard]] std::int64_t version_of(std::string_view code) const {
    const auto entry = decode_link_value(server_.command({"GET", "curt:l:" + std::string{code}}).text);
    return entry ? entry->version : 0;
  }

  test::CapturedLog log_;
  RedisServer server_{{.password = {}, .tls_names = {}, .arguments = {"--enable-protected-configs", "yes"}}};
  Instance instance_{server_};
};

TEST_P(RedisRefusals, AnAnnouncementSaysSoAndDeletesNothing) {
  ASSERT_TRUE(instance_.announce("abc", found(1)));
  ASSERT_NO_FATAL_FAILURE(begin());
  EXPECT_FALSE(instance_.announce("abc", found(2)));
  EXPECT_FALSE(instance_.announce("new", found(1)));
  EXPECT_EQ(instance_.value("curt_redis_announcements_total{result=\"failed\"}"), 2);
  instance_.fill("abc", found(2));
  EXPECT_EQ(instance_.value("curt_redis_fills_total{result=\"failed\"}"), 1);
  EXPECT_EQ(version_of("abc"), 1);
  ASSERT_NO_FATAL_FAILURE(end());
  // A connection to a server that is a replica is ended, and another one made.
  EXPECT_TRUE(test::eventually([&] { return instance_.announce("abc", found(2)); }));
  EXPECT_EQ(version_of("abc"), 2);
}

TEST_P(RedisRefusals, AnAnnouncementIsHeardAllTheSameWhereScriptsRun) {
  Instance other{server_};
  ASSERT_NO_FATAL_FAILURE(begin());
  EXPECT_FALSE(instance_.announce("abc", found(2)));
  if (GetParam().name != "NOPERM") {
    EXPECT_TRUE(other.notes.hears("abc 2"));
  }
}

TEST_P(RedisRefusals, AnAnnouncementIsNotHeardWhereItIsOnlyOnceItIsTaken) {
  Instance other{server_};
  ASSERT_NO_FATAL_FAILURE(begin());
  for (int i = 0; i < 3; ++i)
    EXPECT_FALSE(instance_.announce("abc", found(2), links::Telling::each_link_once_set));
  ASSERT_NO_FATAL_FAILURE(end());
  EXPECT_TRUE(test::eventually(
      [&] { return instance_.announce("abc", found(3), links::Telling::each_link_once_set); }));
  EXPECT_TRUE(other.notes.hears("abc 3"));
  EXPECT_EQ(other.notes.count("abc 2"), 0);
}

TEST_P(RedisRefusals, WarningsAreHeardAllTheSame) {
  Instance other{server_};
  ASSERT_NO_FATAL_FAILURE(begin());
  instance_.cache->warn(code_of("abc"), 2);
  instance_.cache->tell(links::SharedNotice::doubt);
  EXPECT_TRUE(other.notes.hears("abc 2"));
  EXPECT_TRUE(other.notes.hears("doubt"));
}

/// As one that changes a link does.
awaitable<void> announce_or_warn(RedisLinkCache& cache) {
  std::vector<links::KnownLink> links{{code_of("abc"), found(2)}};
  const bool taken = co_await cache.announce(std::move(links), links::Telling::nobody);
  EXPECT_FALSE(taken);
  cache.warn(code_of("abc"), 2);
  cache.tell(links::SharedNotice::doubt);
}

TEST_P(RedisRefusals, WarningsRightAfterARefusalAreHeard) {
  Instance other{server_};
  ASSERT_NO_FATAL_FAILURE(begin());
  instance_.threads.run(0, announce_or_warn(*instance_.cache));
  EXPECT_TRUE(other.notes.hears("abc 2"));
  EXPECT_TRUE(other.notes.hears("doubt"));
}

TEST_P(RedisRefusals, CannotBeEmptied) {
  ASSERT_TRUE(instance_.announce("abc", found(1)));
  ASSERT_NO_FATAL_FAILURE(begin());
  EXPECT_EQ(instance_.may_empty(), GetParam().name == "NOPERM") << "the turn is taken without a script";
  EXPECT_FALSE(instance_.empty());
  EXPECT_EQ(version_of("abc"), 1);
  ASSERT_NO_FATAL_FAILURE(end());
  EXPECT_TRUE(test::eventually([&] { return instance_.empty(); }));
  EXPECT_FALSE(instance_.find("abc"));
}

TEST_P(RedisRefusals, AreOneLineWhenTheyBeginAndOneWhenTheyEnd) {
  constexpr std::string_view kRefuses = "redis refuses to be told of links";
  constexpr std::string_view kTakes = "redis can be told of links again";
  ASSERT_TRUE(instance_.announce("secret", found(3)));
  ASSERT_NO_FATAL_FAILURE(begin());
  for (int i = 0; i < 3; ++i) {
    EXPECT_FALSE(instance_.announce("secret", found(4)));
    instance_.fill("secret", found(4));
    EXPECT_FALSE(instance_.empty());
    EXPECT_TRUE(test::eventually([&] { return instance_.find("secret"); })) << "reads are answered";
    // A script that sets nothing, as something newer is there, proves nothing.
    instance_.announce("secret", found(2));
  }
  log::info("mark");
  ASSERT_NO_FATAL_FAILURE(end());
  EXPECT_TRUE(test::eventually([&] { return instance_.announce("secret", found(4)); }));
  EXPECT_TRUE(instance_.empty());
  instance_.stop();
  const std::vector<std::string> lines = log_.lines({kRefuses, "mark", kTakes});
  const auto says_nothing_of_the_command = AllOf(Not(HasSubstr("secret")), Not(HasSubstr("example")),
                                                 Not(HasSubstr("user_script")), Not(HasSubstr(" script")));
  ASSERT_THAT(lines, ElementsAre(AllOf(StartsWith(std::string{kRefuses} + ": " + GetParam().name + " "),
                                       says_nothing_of_the_command),
                                 "mark", kTakes));
}

INSTANTIATE_TEST_SUITE_P(Ways, RedisRefusals, testing::ValuesIn(refusals()),
                         [](const auto& way) { return way.param.name; });

}  // namespace
}  // namespace curt::cache
