#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/cache/redis_link_cache_fixture.hpp"

namespace curt::cache {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;

TEST(RedisAnnouncements, TellsEveryInstanceOfAChangeAndOnceMore) {
  const RedisServer server;
  Instance one{server};
  Instance other{server};
  one.fill("abc", {Kind::not_found, nullptr, 0});
  one.announce("abc", found(1));
  EXPECT_EQ(other.find("abc")->version, 1);
  EXPECT_TRUE(other.notes.hears("abc 1"));
  EXPECT_TRUE(one.notes.hears("abc 1"));
  other.fill("abc", {Kind::not_found, nullptr, 0});
  EXPECT_EQ(other.find("abc")->version, 1) << "a late fill undoes nothing";
  one.announce("xyz", std::nullopt);
  EXPECT_TRUE(other.notes.hears("xyz 0"));
  EXPECT_TRUE(
      test::eventually([&] { return other.notes.count("abc 1") == 2 && other.notes.count("xyz 0") == 2; }));
  EXPECT_EQ(one.value("curt_redis_announcements_total{result=\"sent\"}"), 2);
  EXPECT_EQ(one.value("curt_redis_announcements_total{result=\"repeated\"}"), 2);
}

TEST(RedisAnnouncements, ForgetsWhatIsAnnouncedWithoutAnEntry) {
  const RedisServer server;
  Instance instance{server};
  instance.fill("abc", found(5));
  instance.announce("abc", std::nullopt);
  EXPECT_FALSE(instance.find("abc"));
}

TEST(RedisAnnouncements, KeepsTheNewerOneOfTwoAnnouncements) {
  const RedisServer server;
  Instance instance{server};
  instance.announce("abc", found(5));
  instance.announce("abc", found(4));
  EXPECT_EQ(instance.find("abc")->version, 5);
  EXPECT_TRUE(instance.notes.hears("abc 4")) << "others forget what they know all the same";
}

TEST(RedisAnnouncements, LeavesRoomWhileItRepeatsWhatAnImportAnnounced) {
  const RedisServer server;
  RedisOptions options = test::patient_options(server);
  options.max_in_flight = 1'500;
  Instance instance{options};
  instance.wait_for_connections();
  const auto commands = [&](std::string_view result) {
    return instance.value(
        fmt::format(R"(curt_redis_commands_total{{command="evalsha",result="{}",client="cache"}})", result));
  };
  const std::string repeated = R"(curt_redis_announcements_total{result="repeated"})";
  constexpr int kLinks = 4'000;
  for (int i = 0; i < kLinks; ++i) instance.announce(fmt::format("code{}", i), found(1));
  EXPECT_TRUE(test::eventually([&] { return instance.value(repeated) >= kLinks; }));
  EXPECT_GT(commands("ok"), 0);
  EXPECT_LE(commands("unreachable"), 0);
  EXPECT_EQ(instance.value(R"(curt_redis_announcements_total{result="failed"})"), 0);
}

TEST(RedisAnnouncements, RepeatsAtOnceWhenItStops) {
  const RedisServer server;
  Instance one{server};
  Instance other{server};
  for (int i = 0; i < 100; ++i) one.announce(fmt::format("code-{}", i), found(1));
  one.stop();
  EXPECT_EQ(one.value("curt_redis_announcements_total{result=\"repeated\"}"), 100);
  EXPECT_TRUE(test::eventually([&] { return other.notes.count("code-99 1") == 2; }));
  EXPECT_EQ(other.notes.count("code-0 1"), 2);
}

TEST(RedisAnnouncements, IgnoresMessagesThatNoInstanceSends) {
  const RedisServer server;
  Instance instance{server};
  for (const std::string_view bad : {"", "abc", "abc ", "abc x", "abc -1", "a/b 1", " 1", "abc 1 2"}) {
    (void)server.command({"PUBLISH", "curt:invalidate", bad});
  }
  (void)server.command({"PUBLISH", "curt:other", "abc 7"});
  (void)server.command({"PUBLISH", "curt:invalidate", "abc 8"});
  EXPECT_TRUE(instance.notes.hears("abc 8"));
  EXPECT_THAT(instance.notes.all(), ElementsAre("listening", "abc 8"));
  EXPECT_EQ(instance.value("curt_redis_malformed_total{what=\"message\"}"), 8);
  EXPECT_EQ(instance.value("curt_redis_messages_total{client=\"cache\"}"), 9);
}

TEST(RedisAnnouncements, SaysWhenTheServerIsLostAndWhenItIsBack) {
  RedisServer server;
  Instance instance{server};
  instance.fill("abc", found(1));
  instance.clock.advance(seconds{5});
  server.kill();
  EXPECT_TRUE(instance.notes.hears("deaf"));
  EXPECT_TRUE(test::eventually([&] { return !instance.client->reachability().up; }));
  EXPECT_FALSE(instance.client->is_subscribed());
  EXPECT_FALSE(instance.find("abc"));
  instance.announce("abc", found(2));
  EXPECT_EQ(instance.value("curt_redis_announcements_total{result=\"failed\"}"), 1);
  instance.cache->fill(code_of("abc"), found(1));
  instance.clock.advance(seconds{5});
  server.start();
  EXPECT_TRUE(instance.notes.hears("restored 5000"));
  EXPECT_TRUE(test::eventually([&] { return instance.notes.count("listening") == 2; }));
  EXPECT_TRUE(instance.client->is_subscribed());
  // One core may be connected before the other.
  std::optional<CacheEntry> entry;
  EXPECT_TRUE(test::eventually([&] {
    instance.announce("abc", found(2));
    entry = instance.find("abc");
    return entry.has_value();
  }));
  EXPECT_EQ(entry->version, 2) << "with scripts that the new server did not know";
}

TEST(RedisAnnouncements, HearsNothingOfRestoringWhereNothingFailed) {
  const RedisServer server;
  Instance instance{server};
  instance.announce("abc", found(1));
  EXPECT_TRUE(instance.notes.hears("abc 1"));
  EXPECT_THAT(instance.notes.all(), ElementsAre("listening", "abc 1"));
}

TEST(RedisAnnouncements, CountsAFailedStartAsAnOutage) {
  RedisServer server;
  const RedisOptions options = test::patient_options(server);
  server.kill();
  Instance instance{options};
  EXPECT_TRUE(test::eventually([&] { return !instance.client->reachability().detail.empty(); }));
  instance.clock.advance(seconds{7});
  server.start();
  EXPECT_TRUE(instance.notes.hears("restored 0"));
  EXPECT_TRUE(instance.notes.hears("listening"));
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
