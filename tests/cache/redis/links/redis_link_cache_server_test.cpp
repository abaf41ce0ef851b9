#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "curt/cache/redis/links/redis_link_cache.hpp"

#include "support/cache/redis_link_cache_fixture.hpp"

namespace curt::cache {
namespace {

using std::chrono::milliseconds;

milliseconds time_left(const RedisServer& server, std::string_view code) {
  return milliseconds{server.command({"PTTL", "curt:l:" + std::string{code}}).integer};
}

TEST(RedisLinkCache, FindsWhatAnyInstanceFilled) {
  const RedisServer server;
  Instance one{server};
  Instance other{server};
  EXPECT_FALSE(one.find("abc"));
  CacheEntry entry = found(3);
  one.fill("abc", entry);
  const auto seen = other.find("abc", 1);
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->kind, Kind::found);
  EXPECT_EQ(seen->version, 3);
  EXPECT_EQ(seen->link->target, "https://example.com/3");
  EXPECT_EQ(other.value("curt_cache_lookups_total{layer=\"redis\",result=\"hit\"}"), 1);
  EXPECT_EQ(one.value("curt_redis_fills_total{result=\"stored\"}"), 1);
}

TEST(RedisLinkCache, RefusesAFillThatIsOlderThanWhatIsThere) {
  const RedisServer server;
  Instance instance{server};
  instance.fill("abc", found(3));
  instance.fill("abc", found(2));
  instance.fill("abc", {Kind::not_found, nullptr, 0});
  EXPECT_EQ(instance.value("curt_redis_fills_total{result=\"refused\"}"), 2);
  EXPECT_EQ(instance.find("abc")->version, 3);
  instance.fill("abc", found(3));
  instance.fill("abc", {Kind::gone, nullptr, 4});
  EXPECT_EQ(instance.find("abc")->kind, Kind::gone);
  instance.fill("abc", found(3));
  EXPECT_EQ(instance.find("abc")->kind, Kind::gone);
  EXPECT_EQ(instance.value("curt_redis_fills_total{result=\"stored\"}"), 3);
}

TEST(RedisLinkCache, ForgetsInTime) {
  const RedisServer server;
  Instance instance{server};
  const auto expect_between = [&](std::string_view code, milliseconds longest) {
    const milliseconds left = time_left(server, code);
    EXPECT_LE(left, longest) << code;
    EXPECT_GT(left, longest * 8 / 10) << code;
  };
  instance.fill("plain", found(1));
  expect_between("plain", std::chrono::hours{24});
  LinkSettings settings;
  settings.expires_at = kNow + std::chrono::hours{2};
  instance.fill("ends", found(1, settings));
  expect_between("ends", std::chrono::hours{2});
  settings.expires_at = kNow + std::chrono::hours{1000};
  instance.fill("ends-late", found(1, settings));
  expect_between("ends-late", std::chrono::hours{24});
  const auto expect_soon = [&](std::string_view code, const CacheEntry& entry) {
    milliseconds left{0};
    // A busy machine may look when it is forgotten already.
    EXPECT_TRUE(test::eventually([&] {
      instance.fill(code, entry);
      left = time_left(server, code);
      return left > milliseconds{0};
    })) << code;
    EXPECT_LE(left, std::chrono::seconds{10}) << code;
  };
  settings.expires_at = kNow - milliseconds{1};
  expect_soon("ended", found(1, settings));
  expect_soon("none", {Kind::not_found, nullptr, 0});
  instance.fill("gone", {Kind::gone, nullptr, 2});
  expect_between("gone", std::chrono::hours{1});
  settings.expires_at = kNow + milliseconds{1};
  instance.fill("now", found(1, settings));
  EXPECT_TRUE(test::eventually([&] { return !instance.find("now"); }));
}

TEST(RedisLinkCache, DoesNotBelieveWhatIsNoLink) {
  const RedisServer server;
  Instance instance{server};
  (void)server.command({"SET", "curt:l:bad", "1 302 302 - - - javascript:alert(1)"});
  (void)server.command({"LPUSH", "curt:l:list", "1"});
  // A core that had no connection yet when the instance was asked for the first time has counted an error
  // too.
  const std::string errors = "curt_cache_lookups_total{layer=\"redis\",result=\"error\"}";
  const int before = instance.value(errors);
  EXPECT_FALSE(instance.find("bad"));
  EXPECT_FALSE(instance.find("list"));
  EXPECT_EQ(instance.value("curt_redis_malformed_total{what=\"value\"}"), 1);
  EXPECT_EQ(instance.value(errors), before + 2);
  instance.fill("bad", found(1));
  EXPECT_TRUE(instance.find("bad"));
}

TEST(RedisLinkCache, SendsItsScriptsToAServerThatForgotThem) {
  const RedisServer server;
  Instance instance{server};
  instance.fill("abc", found(1));
  ASSERT_EQ(server.command({"SCRIPT", "FLUSH"}).text, "OK");
  instance.fill("abc", found(2));
  EXPECT_EQ(instance.find("abc")->version, 2);
  ASSERT_EQ(server.command({"SCRIPT", "FLUSH"}).text, "OK");
  instance.announce("abc", std::nullopt);
  EXPECT_FALSE(instance.find("abc"));
}

TEST(RedisLinkCache, LeavesNoOlderValueWhereTheServerTakesNone) {
  const RedisServer server;
  Instance instance{server};
  instance.announce("abc", found(1));
  ASSERT_EQ(server.command({"CONFIG", "SET", "maxmemory", "1"}).text, "OK");
  instance.announce("abc", found(2));
  EXPECT_TRUE(instance.notes.hears("abc 2"));
  EXPECT_FALSE(instance.find("abc"));
}

}  // namespace
}  // namespace curt::cache
