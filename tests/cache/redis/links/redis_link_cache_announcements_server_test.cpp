#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/cache/redis_link_cache_fixture.hpp"

namespace curt::cache {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;
using testing::UnorderedElementsAre;

milliseconds time_left(const RedisServer& server, std::string_view code) {
  return milliseconds{server.command({"PTTL", "curt:l:" + std::string{code}}).integer};
}

/// So many links of this version, in one announcement.
bool announce_many(Instance& instance, int count, std::int64_t version, links::Telling telling) {
  std::vector<links::KnownLink> links;
  for (int i = 0; i < count; ++i) links.push_back({code_of(fmt::format("code-{}", i)), found(version)});
  return instance.threads.run(0, instance.cache->announce(std::move(links), telling));
}

TEST(RedisAnnouncements, SetsTheLinkAndTellsEveryInstance) {
  const RedisServer server;
  Instance one{server};
  Instance other{server};
  one.fill("abc", {Kind::not_found, nullptr, 0});
  EXPECT_TRUE(one.announce("abc", found(1)));
  EXPECT_EQ(other.find("abc")->version, 1);
  EXPECT_TRUE(other.notes.hears("abc 1"));
  EXPECT_TRUE(one.notes.hears("abc 1"));
  other.fill("abc", {Kind::not_found, nullptr, 0});
  EXPECT_EQ(other.find("abc")->version, 1) << "a late fill undoes nothing";
  EXPECT_TRUE(one.announce("abc", {Kind::gone, nullptr, 2}));
  EXPECT_EQ(other.find("abc")->kind, Kind::gone);
  EXPECT_TRUE(other.notes.hears("abc 2"));
  other.fill("abc", found(1));
  EXPECT_EQ(other.find("abc")->kind, Kind::gone);
  EXPECT_EQ(one.value("curt_redis_announcements_total{result=\"sent\"}"), 2);
  EXPECT_EQ(one.value("curt_redis_announcements_total{result=\"failed\"}"), 0);
}

TEST(RedisAnnouncements, TellOfCodesOfEveryScript) {
  const RedisServer server;
  Instance one{server};
  Instance other{server};
  for (const std::string code : {"été", "日本", "v1.2", "~x"}) {
    EXPECT_TRUE(one.announce(code, found(1))) << code;
    EXPECT_EQ(other.find(code)->version, 1) << code;
    EXPECT_TRUE(other.notes.hears(code + " 1"));
    other.fill(code, {Kind::not_found, nullptr, 0});
    EXPECT_EQ(other.find(code)->version, 1) << "a late fill undoes nothing";
  }
  EXPECT_EQ(server.command({"EXISTS", "curt:l:été"}).integer, 1);
  EXPECT_EQ(other.value("curt_redis_malformed_total{what=\"message\"}"), 0);
}

TEST(RedisAnnouncements, KeepsTheNewerOneOfTwoAnnouncements) {
  const RedisServer server;
  Instance instance{server};
  EXPECT_TRUE(instance.announce("abc", found(5)));
  EXPECT_TRUE(instance.announce("abc", found(4))) << "it has what is as new";
  EXPECT_EQ(instance.find("abc")->version, 5);
  EXPECT_TRUE(instance.notes.hears("abc 4")) << "others forget what they know all the same";
}

TEST(RedisAnnouncements, StayLongEnoughToRefuseWhatWasReadBefore) {
  const RedisServer server;
  Instance instance{server};
  constexpr milliseconds kShortest = RedisLinkCache::kShortestLife;
  LinkSettings settings;
  for (const auto& [code, ends] : {std::pair{"expired", -1h}, std::pair{"expires", 0h}}) {
    settings.expires_at = kNow + ends + milliseconds{1};
    EXPECT_TRUE(instance.announce(code, found(2, settings)));
    EXPECT_LE(time_left(server, code), kShortest) << code;
    EXPECT_GT(time_left(server, code), kShortest / 2) << code;
    instance.fill(code, found(1));
    EXPECT_EQ(instance.find(code)->version, 2) << code;
  }
  EXPECT_TRUE(instance.announce("gone", {Kind::gone, nullptr, 2}));
  EXPECT_LE(time_left(server, "gone"), 24h);
  EXPECT_GT(time_left(server, "gone"), 21h) << "as long as a link";
}

TEST(RedisAnnouncements, TellOfEachOfManyLinksOrOfNone) {
  const RedisServer server;
  Instance one{server};
  Instance other{server};
  EXPECT_TRUE(announce_many(one, 100, 1, links::Telling::nobody));
  EXPECT_TRUE(announce_many(one, 100, 2, links::Telling::each_link));
  EXPECT_TRUE(other.notes.hears("code-99 2"));
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(other.notes.count(fmt::format("code-{} 1", i)), 0);
    EXPECT_EQ(other.notes.count(fmt::format("code-{} 2", i)), 1);
    EXPECT_EQ(other.find(fmt::format("code-{}", i))->version, 2);
  }
  EXPECT_TRUE(announce_many(one, 100, 3, links::Telling::each_link_once_set));
  EXPECT_TRUE(other.notes.hears("code-99 3"));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(other.notes.count(fmt::format("code-{} 3", i)), 1);
  EXPECT_EQ(one.value("curt_redis_announcements_total{result=\"sent\"}"), 300);
  EXPECT_TRUE(one.threads.run(0, one.cache->announce({}, links::Telling::each_link)));
}

TEST(RedisAnnouncements, ReplaceWhatIsNoValueOfOurs) {
  const RedisServer server;
  Instance instance{server};
  ASSERT_EQ(server.command({"LPUSH", "curt:l:code-1", "1"}).integer, 1);
  ASSERT_EQ(server.command({"HSET", "curt:l:filled", "a", "1"}).integer, 1);
  ASSERT_EQ(server.command({"SET", "curt:l:code-2", "odd"}).text, "OK");
  EXPECT_TRUE(announce_many(instance, 4, 3, links::Telling::each_link)) << "one of another type";
  for (const char* code : {"code-0", "code-1", "code-2", "code-3"}) {
    const auto entry = instance.find(code);
    ASSERT_TRUE(entry) << code;
    EXPECT_EQ(entry->version, 3) << code;
  }
  instance.fill("filled", found(1));
  EXPECT_TRUE(instance.find("filled"));
  EXPECT_EQ(instance.value("curt_redis_fills_total{result=\"stored\"}"), 1);
}

TEST(RedisAnnouncements, WarnsAndTellsWithoutSettingAnything) {
  const RedisServer server;
  Instance one{server};
  Instance other{server};
  one.fill("abc", found(1));
  one.cache->warn(code_of("abc"), 2);
  one.cache->warn(code_of("abd"), 0);
  one.cache->tell(links::SharedNotice::doubt);
  one.cache->tell(links::SharedNotice::forget_all);
  one.cache->tell(links::SharedNotice::forget_absent);
  for (const char* note : {"abc 2", "abd 0", "doubt", "forget all", "forget absent"}) {
    EXPECT_TRUE(other.notes.hears(note)) << note;
    EXPECT_TRUE(one.notes.hears(note)) << note;
  }
  EXPECT_EQ(one.find("abc")->version, 1);
}

TEST(RedisAnnouncements, IgnoresMessagesThatNoInstanceSends) {
  const RedisServer server;
  Instance instance{server};
  for (const std::string_view bad : {"", "abc", "abc ", "abc x", "abc -1", "a/b 1", ".. 1", "\xff 1", " 1",
                                     "abc 1 2", "!", "!doubt ", "doubt"}) {
    (void)server.command({"PUBLISH", "curt:invalidate", bad});
  }
  (void)server.command({"PUBLISH", "curt:other", "abc 7"});
  (void)server.command({"PUBLISH", "curt:invalidate", "abc 8"});
  EXPECT_TRUE(instance.notes.hears("abc 8"));
  EXPECT_THAT(instance.notes.all(), UnorderedElementsAre("connected", "connected", "listening", "abc 8"));
  EXPECT_EQ(instance.value("curt_redis_malformed_total{what=\"message\"}"), 13);
  EXPECT_EQ(instance.value("curt_redis_messages_total{client=\"cache\"}"), 14);
}

TEST(RedisAnnouncements, SaysWhenTheServerIsLostAndWhenItIsBack) {
  RedisServer server;
  Instance instance{server};
  EXPECT_EQ(instance.notes.count("connected"), 2) << "a connection for each core";
  instance.fill("abc", found(1));
  server.kill();
  EXPECT_TRUE(instance.notes.hears("deaf"));
  EXPECT_TRUE(test::eventually([&] { return !instance.client->reachability().up; }));
  EXPECT_FALSE(instance.client->is_subscribed());
  EXPECT_FALSE(instance.find("abc"));
  EXPECT_FALSE(instance.announce("abc", found(2)));
  EXPECT_EQ(instance.value("curt_redis_announcements_total{result=\"failed\"}"), 1);
  instance.cache->fill(code_of("abc"), found(1));
  server.start();
  EXPECT_TRUE(test::eventually(
      [&] { return instance.notes.count("listening") == 2 && instance.notes.count("connected") == 4; }));
  EXPECT_TRUE(instance.client->is_subscribed());
  EXPECT_TRUE(instance.announce("abc", found(2))) << "with scripts that the new server did not know";
  EXPECT_EQ(instance.find("abc")->version, 2);
}

TEST(RedisAnnouncements, HearsEveryConnectionThatIsMade) {
  const RedisServer server;
  Instance instance{server};
  const std::uint64_t before = instance.client->connects();
  EXPECT_EQ(before, 2U);
  server.cut();
  EXPECT_TRUE(test::eventually([&] { return instance.notes.count("connected") >= 4; }));
  EXPECT_GE(instance.client->connects(), before + 2);
}

TEST(RedisAnnouncements, AreMadeAgainWhereTheirConnectionBreaks) {
  const RedisServer server;
  Instance instance{server};
  std::int64_t version = 0;
  const auto retries = [&] { return instance.value("curt_redis_retries_total{client=\"cache\"}"); };
  // A connection may be there again before it is missed.
  const auto survives_a_cut = [&](auto ask) {
    return test::eventually([&] {
      const int before = retries();
      server.cut();
      return ask() && retries() > before;
    });
  };
  EXPECT_TRUE(survives_a_cut([&] { return instance.announce("abc", found(++version)); }));
  EXPECT_TRUE(survives_a_cut([&] { return instance.find("abc").has_value(); }));
  EXPECT_EQ(instance.find("abc")->version, version);
}

TEST(RedisAnnouncements, NoticesAServerThatHangs) {
  const RedisServer server;
  RedisOptions options = test::patient_options(server);
  options.silence = RedisOptions{}.silence;
  Instance instance{options};
  instance.wait_for_connections();
  server.pause();
  EXPECT_TRUE(instance.notes.hears("deaf"));
  EXPECT_FALSE(instance.client->is_subscribed());
  server.resume();
  EXPECT_TRUE(test::eventually([&] { return instance.notes.count("listening") >= 2; }));
}

}  // namespace
}  // namespace curt::cache
