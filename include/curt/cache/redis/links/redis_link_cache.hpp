#pragma once

#include <chrono>
#include <memory>
#include <string_view>

#include "curt/cache/redis/connection/redis_client.hpp"
#include "curt/links/shared_link_cache.hpp"

namespace curt::cache {

struct RedisLinkCacheOptions {
  std::chrono::milliseconds ttl = std::chrono::hours{24};  ///< for links; never past their expires_at
  std::chrono::milliseconds negative_ttl{10'000};          ///< for codes that no link has, and expired links
  std::chrono::milliseconds gone_ttl = std::chrono::hours{1};  ///< for deleted links, if shorter than `ttl`
};

struct LinkCacheCounters;

/// The links that all instances share in Redis: values as link_value.hpp says, changes told on the channel
/// `curt:invalidate` as `<code> <version>`. What it is given must outlive it and whatever runs on the
/// client's executors; it too must outlive that.
class RedisLinkCache final : public links::SharedLinkCache, private RedisObserver {
 public:
  static constexpr std::string_view kChannel = "curt:invalidate";
  /// After this time an announcement is made once more: readings that began before the first are over.
  static constexpr std::chrono::milliseconds kRepeatAfter{2'000};

  /// Observes the client, which must not be started yet.
  RedisLinkCache(RedisClient& client, RedisLinkCacheOptions options, Metrics& metrics, const Clock& clock);
  ~RedisLinkCache() override;

  /// Who hears of changes and of the subscription's state. To be set before the client starts.
  void listen(links::SharedCacheListener& listener) { listener_ = &listener; }

  awaitable<std::optional<links::CacheEntry>> find(Call& call, ShortCode code) override;
  void fill(ShortCode code, links::CacheEntry entry) override;
  awaitable<bool> announce(ShortCode code, std::optional<links::CacheEntry> entry) override;

 private:
  struct Waiting;

  void message(std::string_view payload) override;
  void listening() override;
  void deaf() override;
  void restored(Timestamp began_at) override;
  void started(const Executor& first) override;
  void stopping() override;

  awaitable<void> store(ShortCode code, links::CacheEntry entry);
  awaitable<std::optional<std::int64_t>> put(ShortCode code, links::CacheEntry entry, std::string message);
  awaitable<std::optional<std::int64_t>> forget(ShortCode code, std::string message);
  awaitable<void> repeat();
  void send_repeats(std::chrono::steady_clock::time_point due, std::size_t at_most);
  void note_failure(Timestamp began_at);
  [[nodiscard]] std::chrono::milliseconds time_to_live(const links::CacheEntry& entry, Timestamp now) const;

  RedisClient& client_;
  const RedisLinkCacheOptions options_;
  const Clock& clock_;
  links::SharedCacheListener* listener_ = nullptr;
  std::unique_ptr<const LinkCacheCounters> counters_;
  std::unique_ptr<Waiting> waiting_;
};

}  // namespace curt::cache
