#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "curt/cache/redis/links/redis_link_cache.hpp"

#include "support/core_threads.hpp"
#include "support/eventually.hpp"
#include "support/metric_value.hpp"
#include "support/patience.hpp"
#include "support/servers/redis_server.hpp"
#include "support/store/link_store_contract.hpp"

namespace curt::cache {

using links::CacheEntry;
using test::code_of;
using test::kNow;
using test::RedisServer;
using Kind = CacheEntry::Kind;

inline CacheEntry found(std::int64_t version, LinkSettings settings = {}) {
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
  void told(links::SharedNotice notice) override {
    add(notice == links::SharedNotice::doubt        ? "doubt"
        : notice == links::SharedNotice::forget_all ? "forget all"
                                                    : "forget absent");
  }
  void connected() override { add("connected"); }

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

/// Its wall clock stands still, while time passes.
class StandingClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const noexcept override { return kNow; }
  [[nodiscard]] SteadyTime steady_now() const noexcept override { return SystemClock{}.steady_now(); }
};

/// One instance of the service, as far as it has to do with Redis. Its wall clock stands still.
struct Instance {
  /// `time` instead of its own clock, if it is not null.
  explicit Instance(RedisOptions options, RedisLinkCacheOptions link_options = {},
                    const Clock* time = nullptr)
      : threads(2) {
    const Clock& used = time != nullptr ? *time : clock;
    client = *RedisClient::make(std::move(options), metrics, used);
    cache = std::make_unique<RedisLinkCache>(*client, link_options, metrics, used);
    cache->listen(notes);
    client->start(threads.executors());
  }
  explicit Instance(const RedisServer& server) : Instance(test::patient_options(server)) {
    wait_for_connections();
  }
  ~Instance() { stop(); }
  Instance(const Instance&) = delete;
  Instance& operator=(const Instance&) = delete;

  /// Until it is subscribed and both cores have their connection.
  void wait_for_connections() {
    EXPECT_TRUE(notes.hears("listening"));
    EXPECT_TRUE(test::eventually([&] { return client->reachability().up; }));
    for (std::size_t core = 0; core < 2; ++core) {
      EXPECT_TRUE(test::eventually([&] {
        find("unknown", core);
        return value("curt_cache_lookups_total{layer=\"redis\",result=\"miss\"}") > static_cast<int>(core);
      }));
    }
  }

  void stop() {
    if (std::exchange(stopped, true)) return;
    client->stop();
    threads.join();
  }

  std::optional<CacheEntry> find(std::string_view code, std::size_t core = 0) {
    Call call{Deadline::in(test::patience())};
    return threads.run(core, cache->find(call, code_of(code)));
  }

  void fill(std::string_view code, const CacheEntry& entry) {
    const int before = fills();
    cache->fill(code_of(code), entry);
    EXPECT_TRUE(test::eventually([&] { return fills() > before; }));
  }

  /// Whether the cache took it.
  bool announce(std::string_view code, CacheEntry entry, links::Telling telling = links::Telling::each_link) {
    std::vector<links::KnownLink> links{{code_of(code), std::move(entry)}};
    return threads.run(0, cache->announce(std::move(links), telling));
  }

  links::SharedIdentity identity(std::size_t core = 0) { return threads.run(core, cache->identity()); }

  bool may_empty() { return threads.run(0, cache->may_empty()); }

  bool empty() { return threads.run(0, cache->empty()); }

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
  const StandingClock clock;
  Notes notes;
  test::CoreThreads threads;
  std::unique_ptr<RedisClient> client;
  std::unique_ptr<RedisLinkCache> cache;
  bool stopped = false;
};

}  // namespace curt::cache
