#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "support/cache/redis_link_cache_fixture.hpp"

namespace curt::cache {
namespace {

constexpr int kLinks = 5'000;

/// Many links of version 7, keys of other types among them, and what is none of ours.
void fill_many(const RedisServer& server) {
  const std::string script = fmt::format(
      "for i = 1, {} do"
      "  redis.call('SET', 'curt:l:k' .. i, '7 302 302 - - - https://example.com/' .. i, 'PX', 3600000)"
      "  redis.call('SET', 'other:' .. i, i) "
      "end "
      "redis.call('LPUSH', 'curt:l:list', 1) "
      "redis.call('HSET', 'curt:l:hash', 'a', 1) "
      "redis.call('SET', 'curt:l:odd', 'odd') "
      "redis.call('XADD', 'curt:visits', '*', 'a', 1) "
      "redis.call('SET', 'curt:links', 1) "
      "return 1",
      kLinks);
  ASSERT_EQ(server.command({"EVAL", script, "0"}).integer, 1);
}

/// The number that the script gives.
std::int64_t count(const RedisServer& server, std::string_view script) {
  return server.command({"EVAL", script, "0"}).integer;
}

TEST(RedisEmptying, ForgetsEveryLinkAndNothingElse) {
  const RedisServer server;
  fill_many(server);
  Instance instance{server};
  ASSERT_EQ(instance.find("k1")->version, 7);
  EXPECT_TRUE(instance.empty());
  for (const char* code : {"k1", "k2500", "k5000", "list", "hash", "odd"})
    EXPECT_FALSE(instance.find(code)) << code;
  EXPECT_EQ(instance.value("curt_redis_malformed_total{what=\"value\"}"), 0);
  EXPECT_EQ(count(server, R"(local n = 0
    for _, key in ipairs(redis.call('KEYS', 'curt:l:*')) do
      if redis.call('TYPE', key).ok ~= 'string' or not string.find(redis.call('GET', key), ' 0 0 x - - -', 1, true) then n = n + 1 end
    end
    return n)"),
            0)
      << "links that are still known";
  EXPECT_EQ(count(server, "return #redis.call('KEYS', 'other:*')"), kLinks);
  EXPECT_EQ(server.command({"XLEN", "curt:visits"}).integer, 1);
  EXPECT_EQ(server.command({"GET", "curt:links"}).text, "1");
}

TEST(RedisEmptying, RemembersVersionsForAsLongAsAReadingMayTake) {
  const RedisServer server;
  fill_many(server);
  Instance instance{server};
  EXPECT_TRUE(instance.empty());
  EXPECT_EQ(server.command({"GET", "curt:l:k1"}).text, "7 0 0 x - - -");
  EXPECT_EQ(server.command({"GET", "curt:l:list"}).text, "0 0 0 x - - -");
  for (const char* key : {"curt:l:k1", "curt:l:list", "curt:l:odd"}) {
    const std::chrono::milliseconds left{server.command({"PTTL", key}).integer};
    EXPECT_LE(left, RedisLinkCache::kShortestLife) << key;
    EXPECT_GT(left, RedisLinkCache::kShortestLife / 2) << key;
  }
  instance.fill("k1", found(6));
  instance.fill("k1", {Kind::not_found, nullptr, 0});
  EXPECT_EQ(instance.value("curt_redis_fills_total{result=\"refused\"}"), 2);
  EXPECT_FALSE(instance.find("k1"));
  instance.fill("k1", found(7));
  EXPECT_EQ(instance.find("k1")->version, 7);
  EXPECT_TRUE(instance.announce("k2", found(8)));
  EXPECT_EQ(instance.find("k2")->version, 8);
  instance.fill("list", found(1));
  EXPECT_EQ(instance.find("list")->version, 1);
}

TEST(RedisEmptying, IsDoneWhereThereIsNothing) {
  const RedisServer server;
  Instance instance{server};
  EXPECT_TRUE(instance.empty());
  EXPECT_EQ(server.command({"KEYS", "curt:l:*"}).list.size(), 0U);
}

TEST(RedisEmptying, IsOneInstancesTurnAtATime) {
  const RedisServer server;
  Instance one{server};
  Instance other{server};
  other.fill("abc", found(1));
  ASSERT_EQ(server.command({"SET", "curt:emptier", "somebody", "PX", "600000"}).text, "OK");
  EXPECT_FALSE(one.empty());
  EXPECT_TRUE(one.find("abc"));
  EXPECT_EQ(server.command({"GET", "curt:emptier"}).text, "somebody");
  ASSERT_EQ(server.command({"DEL", "curt:emptier"}).integer, 1);
  EXPECT_TRUE(one.empty());
  EXPECT_TRUE(one.empty()) << "it may do so again";
  const std::int64_t left = server.command({"PTTL", "curt:emptier"}).integer;
  EXPECT_LE(left, 3'000) << "others need not wait long for one that has died";
  EXPECT_TRUE(test::eventually([&] { return other.empty(); }));
}

TEST(RedisEmptying, IsForWhoTookTheTurn) {
  const RedisServer server;
  Instance one{server};
  Instance other{server};
  EXPECT_TRUE(one.may_empty());
  EXPECT_TRUE(one.may_empty()) << "it keeps its turn";
  EXPECT_FALSE(other.may_empty());
  EXPECT_FALSE(other.empty());
  ASSERT_EQ(server.command({"PEXPIRE", "curt:emptier", "600000"}).integer, 1);
  EXPECT_TRUE(one.empty());
  EXPECT_LE(server.command({"PTTL", "curt:emptier"}).integer, 3'000) << "it was renewed";
  ASSERT_EQ(server.command({"DEL", "curt:emptier"}).integer, 1);
  EXPECT_TRUE(other.may_empty());
  EXPECT_FALSE(one.empty()) << "its turn is over";
}

TEST(RedisEmptying, FailsWhereTheServerIsAway) {
  RedisServer server;
  Instance instance{server};
  server.kill();
  EXPECT_FALSE(instance.may_empty());
  EXPECT_FALSE(instance.empty());
}

}  // namespace
}  // namespace curt::cache
