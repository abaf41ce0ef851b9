#include <chrono>
#include <string>
#include <string_view>
#include <utility>
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
  milliseconds left{0};
  // A busy machine may look when it is forgotten already.
  EXPECT_TRUE(test::eventually([&] {
    instance.fill("none", {Kind::not_found, nullptr, 0});
    left = time_left(server, "none");
    return left > milliseconds{0};
  }));
  EXPECT_LE(left, std::chrono::seconds{10});
  instance.fill("gone", {Kind::gone, nullptr, 2});
  expect_between("gone", std::chrono::hours{24});
}

TEST(RedisLinkCache, LetsNoFillShortenTheLifeOfWhatWasAnnounced) {
  const RedisServer server;
  Instance instance{server};
  constexpr milliseconds kShortest = RedisLinkCache::kShortestLife;
  LinkSettings settings;
  for (const auto& [code, ends] : {std::pair{"ended", milliseconds{-1}}, std::pair{"now", milliseconds{0}},
                                   std::pair{"soon", milliseconds{300}}}) {
    settings.expires_at = kNow + ends;
    EXPECT_TRUE(instance.announce(code, found(2, settings)));
    instance.fill(code, found(2, settings));
    EXPECT_LE(time_left(server, code), kShortest) << code;
    EXPECT_GT(time_left(server, code), kShortest / 2) << code;
    instance.fill(code, found(1));
    const auto entry = instance.find(code);
    ASSERT_TRUE(entry) << code;
    EXPECT_EQ(entry->version, 2) << code << ": it was read before the change";
  }
  EXPECT_EQ(instance.value("curt_redis_fills_total{result=\"refused\"}"), 3);
}

TEST(RedisLinkCache, RemembersNoAbsenceWhereThatLastsNoTime) {
  const RedisServer server;
  Instance instance{test::patient_options(server),
                    {.ttl = milliseconds{1'000}, .negative_ttl = milliseconds{0}}};
  instance.wait_for_connections();
  instance.cache->fill(code_of("none"), {Kind::not_found, nullptr, 0});
  instance.fill("gone", {Kind::gone, nullptr, 2});
  EXPECT_EQ(instance.fills(), 1) << "only of what is gone";
  EXPECT_GT(time_left(server, "gone"), RedisLinkCache::kShortestLife / 2);
  EXPECT_EQ(server.command({"EXISTS", "curt:l:none"}).integer, 0);
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
  EXPECT_TRUE(instance.announce("abc", found(3)));
  EXPECT_EQ(instance.find("abc")->version, 3);
  ASSERT_EQ(server.command({"SCRIPT", "FLUSH"}).text, "OK");
  EXPECT_TRUE(instance.empty());
  EXPECT_FALSE(instance.find("abc"));
}

TEST(RedisLinkCache, LetsAProxyAnswerOnlyAsLongAsALinkThatExpiresIsThere) {
  const RedisServer server;
  Instance instance{server};
  const auto edge_of = [&](std::string_view code) {
    const std::string value = server.command({"GET", "curt:l:" + std::string{code}}).text;
    return value.substr(2, value.find(' ', 2) - 2);
  };
  LinkSettings settings;
  settings.expires_at = kNow + RedisLinkCache::kShortestLife / 2;
  instance.fill("filled", found(1, settings));
  EXPECT_EQ(edge_of("filled"), "0") << "the key outlives the link";
  EXPECT_GT(time_left(server, "filled"), RedisLinkCache::kShortestLife / 2);
  settings.expires_at = kNow + 2 * RedisLinkCache::kShortestLife;
  instance.fill("ends", found(1, settings));
  EXPECT_EQ(edge_of("ends"), "302") << "the key is gone before the link";
  EXPECT_LE(time_left(server, "ends"), 2 * RedisLinkCache::kShortestLife);
  settings.expires_at = kNow + RedisLinkCache::kShortestLife / 2;
  EXPECT_TRUE(instance.announce("announced", found(1, settings)));
  EXPECT_EQ(edge_of("announced"), "0") << "the key outlives the link";
  EXPECT_GT(time_left(server, "announced"), RedisLinkCache::kShortestLife / 2);
  settings.expires_at = kNow + std::chrono::hours{2};
  EXPECT_TRUE(instance.announce("later", found(1, settings)));
  EXPECT_EQ(edge_of("later"), "302");
  EXPECT_LE(time_left(server, "later"), std::chrono::hours{2});
  settings.expires_at = kNow - milliseconds{1};
  EXPECT_TRUE(instance.announce("expired", found(1, settings)));
  EXPECT_EQ(edge_of("expired"), "0");
}

}  // namespace
}  // namespace curt::cache
