#include "curt/cache/redis/redis_link_cache.hpp"

#include <future>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/core_threads.hpp"
#include "support/eventually.hpp"
#include "support/link_store_contract.hpp"
#include "support/manual_clock.hpp"
#include "support/metric_value.hpp"
#include "support/redis_server.hpp"

namespace curt::cache {
namespace {

using links::CacheEntry;
using std::chrono::milliseconds;
using std::chrono::seconds;
using test::code_of;
using test::kNow;
using test::RedisServer;
using testing::Contains;
using testing::ElementsAre;
using Kind = CacheEntry::Kind;

CacheEntry found(std::int64_t version, LinkSettings settings = {}) {
  auto link = std::make_shared<links::RedirectLink>();
  link->target = fmt::format("https://example.com/{}", version);
  link->version = version;
  link->settings = settings;
  return {Kind::found, std::move(link), version};
}

/// Notes what it hears.
class Notes final : public links::SharedCacheListener {
 public:
  void changed(const ShortCode& code, std::int64_t version) override {
    add(fmt::format("{} {}", code.view(), version));
  }
  void listening() override { add("listening"); }
  void deaf() override { add("deaf"); }
  void restored(Timestamp began_at) override { add(fmt::format("restored {}", (began_at - kNow).count())); }

  [[nodiscard]] std::vector<std::string> all() const {
    const std::lock_guard lock{mutex_};
    return notes_;
  }
  [[nodiscard]] bool hears(const std::string& note) const {
    return test::eventually([&] { return count(note) > 0; });
  }
  [[nodiscard]] std::ptrdiff_t count(const std::string& note) const {
    const std::lock_guard lock{mutex_};
    return std::count(notes_.begin(), notes_.end(), note);
  }

 private:
  void add(std::string note) {
    const std::lock_guard lock{mutex_};
    notes_.push_back(std::move(note));
  }

  mutable std::mutex mutex_;
  std::vector<std::string> notes_;
};

/// One instance of the service, as far as it has to do with Redis. Its wall clock stands still.
struct Instance {
  explicit Instance(RedisOptions options) : threads(2) {
    client = std::move(*RedisClient::make(std::move(options), metrics, clock));
    cache = std::make_unique<RedisLinkCache>(*client, RedisLinkCacheOptions{}, metrics, clock);
    cache->listen(notes);
    client->start(threads.executors());
  }
  explicit Instance(const RedisServer& server) : Instance(options_for(server)) {
    EXPECT_TRUE(notes.hears("listening"));
    EXPECT_TRUE(test::eventually([&] { return client->reachability().up; }));
    // Both cores have their connection then.
    for (std::size_t core = 0; core < 2; ++core) {
      EXPECT_TRUE(test::eventually([&] {
        find("unknown", core);
        return value("curt_cache_lookups_total{layer=\"redis\",result=\"miss\"}") > static_cast<int>(core);
      }));
    }
  }
  ~Instance() { stop(); }
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  static RedisOptions options_for(const RedisServer& server) {
    RedisOptions options;
    options.address = parse_redis_url(server.url()).value();
    options.timeout = seconds{10};
    options.dead_after = seconds{20};
    return options;
  }

  void stop() {
    if (std::exchange(stopped, true)) return;
    client->stop();
    threads.join();
  }

  std::optional<CacheEntry> find(std::string_view code, std::size_t core = 0) {
    Call call{Deadline::in(seconds{30})};
    return threads.run(core, cache->find(call, code_of(code)));
  }

  void fill(std::string_view code, const CacheEntry& entry) {
    const int before = fills();
    cache->fill(code_of(code), entry);
    EXPECT_TRUE(test::eventually([&] { return fills() > before; }));
  }

  void announce(std::string_view code, std::optional<CacheEntry> entry) {
    threads.run(0, cache->announce(code_of(code), std::move(entry)));
  }

  [[nodiscard]] int value(const std::string& series) const {
    const std::string text = test::metric_value(metrics, series);
    return text.empty() ? -1 : std::stoi(text);
  }
  [[nodiscard]] int fills() const {
    return value("curt_redis_fills_total{result=\"stored\"}") +
           value("curt_redis_fills_total{result=\"refused\"}") +
           value("curt_redis_fills_total{result=\"failed\"}");
  }

  Metrics metrics;
  test::ManualClock clock{kNow};
  Notes notes;
  test::CoreThreads threads;
  std::unique_ptr<RedisClient> client;
  std::unique_ptr<RedisLinkCache> cache;
  bool stopped = false;
};

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
  settings.expires_at = kNow - milliseconds{1};
  instance.fill("ended", found(1, settings));
  EXPECT_LE(time_left(server, "ended"), seconds{10});
  EXPECT_GT(time_left(server, "ended"), milliseconds{0});
  instance.fill("none", {Kind::not_found, nullptr, 0});
  EXPECT_LE(time_left(server, "none"), seconds{10});
  EXPECT_GT(time_left(server, "none"), milliseconds{0});
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
  EXPECT_FALSE(instance.find("bad"));
  EXPECT_FALSE(instance.find("list"));
  EXPECT_EQ(instance.value("curt_redis_malformed_total{what=\"value\"}"), 1);
  EXPECT_EQ(instance.value("curt_cache_lookups_total{layer=\"redis\",result=\"error\"}"), 2);
  instance.fill("bad", found(1));
  EXPECT_TRUE(instance.find("bad"));
}

TEST(RedisLinkCache, TellsEveryInstanceOfAChangeAndOnceMore) {
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

TEST(RedisLinkCache, ForgetsWhatIsAnnouncedWithoutAnEntry) {
  const RedisServer server;
  Instance instance{server};
  instance.fill("abc", found(5));
  instance.announce("abc", std::nullopt);
  EXPECT_FALSE(instance.find("abc"));
}

TEST(RedisLinkCache, KeepsTheNewerOneOfTwoAnnouncements) {
  const RedisServer server;
  Instance instance{server};
  instance.announce("abc", found(5));
  instance.announce("abc", found(4));
  EXPECT_EQ(instance.find("abc")->version, 5);
  EXPECT_TRUE(instance.notes.hears("abc 4")) << "others forget what they know all the same";
}

TEST(RedisLinkCache, RepeatsAtOnceWhenItStops) {
  const RedisServer server;
  Instance one{server};
  Instance other{server};
  const auto began = std::chrono::steady_clock::now();
  for (int i = 0; i < 100; ++i) one.announce(fmt::format("code-{}", i), found(1));
  one.stop();
  const bool sooner = std::chrono::steady_clock::now() - began < RedisLinkCache::kRepeatAfter;
  EXPECT_TRUE(test::eventually([&] { return other.notes.count("code-99 1") == 2; }));
  EXPECT_EQ(other.notes.count("code-0 1"), 2);
  EXPECT_TRUE(sooner || one.value("curt_redis_announcements_total{result=\"repeated\"}") == 100);
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

TEST(RedisLinkCache, IgnoresMessagesThatNoInstanceSends) {
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
  EXPECT_EQ(instance.value("curt_redis_messages_total"), 9);
}

TEST(RedisLinkCache, SaysWhenTheServerIsLostAndWhenItIsBack) {
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

TEST(RedisLinkCache, HearsNothingOfRestoringWhereNothingFailed) {
  const RedisServer server;
  Instance instance{server};
  instance.announce("abc", found(1));
  EXPECT_TRUE(instance.notes.hears("abc 1"));
  EXPECT_THAT(instance.notes.all(), ElementsAre("listening", "abc 1"));
}

TEST(RedisLinkCache, CountsAFailedStartAsAnOutage) {
  RedisServer server;
  const RedisOptions options = Instance::options_for(server);
  server.kill();
  Instance instance{options};
  EXPECT_TRUE(test::eventually([&] { return !instance.client->reachability().detail.empty(); }));
  instance.clock.advance(seconds{7});
  server.start();
  EXPECT_TRUE(instance.notes.hears("restored 0"));
  EXPECT_TRUE(instance.notes.hears("listening"));
}

TEST(RedisLinkCache, NoticesAServerThatHangs) {
  const RedisServer server;
  Instance instance{server};
  server.pause();
  EXPECT_TRUE(instance.notes.hears("deaf"));
  EXPECT_FALSE(instance.client->is_subscribed());
  server.resume();
  EXPECT_TRUE(test::eventually([&] { return instance.notes.count("listening") == 2; }));
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
