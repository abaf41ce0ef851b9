#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "curt/base/logged_outage.hpp"
#include "curt/cache/redis/connection/redis_client.hpp"
#include "curt/links/shared_link_cache.hpp"

namespace curt::cache {

struct RedisLinkCacheOptions {
  /// For links; past their expires_at only as long as kShortestLife wants.
  std::chrono::milliseconds ttl = std::chrono::hours{24};
  /// For codes that no link has, which are not remembered if it is 0, and for expired links.
  std::chrono::milliseconds negative_ttl{10'000};
};

struct LinkCacheCounters;
struct LinkPut;

/// The links that all instances share in Redis: values as link_value.hpp says, changes told on the channel
/// `curt:invalidate` as `<code> <version>`, and notices as a word behind `!`. What it is given must outlive
/// it and whatever runs on the client's executors; it too must outlive that.
class RedisLinkCache final : public links::SharedLinkCache, private RedisObserver {
 public:
  static constexpr std::string_view kChannel = "curt:invalidate";

  /// How long what is known of a link stays at least, announced or filled in its place, and the version of
  /// what was forgotten: a reading that began before arrives within that time, however slow the network is,
  /// and finds a version to lose against.
  static constexpr std::chrono::milliseconds kShortestLife{60'000};

  /// Observes the client, which must not be started yet.
  RedisLinkCache(RedisClient& client, RedisLinkCacheOptions options, Metrics& metrics, const Clock& clock);
  ~RedisLinkCache() override;

  /// Who hears of changes and of the subscription's state. To be set before the client starts.
  void listen(links::SharedCacheListener& listener) { listener_ = &listener; }

  awaitable<std::optional<links::CacheEntry>> find(Call& call, ShortCode code) override;
  void fill(ShortCode code, links::CacheEntry entry) override;
  awaitable<bool> announce(std::vector<links::KnownLink> links, links::Telling telling) override;
  void warn(ShortCode code, std::int64_t version) override;
  void tell(links::SharedNotice notice) override;
  awaitable<links::SharedIdentity> identity() override;
  awaitable<bool> may_empty() override;
  awaitable<bool> empty() override;

 private:
  void message(std::string_view payload) override;
  void listening() override;
  void deaf() override;
  void connected() override;

  [[nodiscard]] links::SharedIdentity of_this_number(links::SharedIdentity identity) const;
  awaitable<void> store(ShortCode code, links::CacheEntry entry);
  [[nodiscard]] LinkPut put_of(const ShortCode& code, const links::CacheEntry& entry,
                               std::chrono::milliseconds shortest) const;
  /// Runs the script that `make` makes for either verb; the number that it answered, nothing if it did not.
  template <class MakeCommand>
  awaitable<std::optional<std::int64_t>> run(MakeCommand make);
  awaitable<std::optional<RedisReply>> ask(RedisCommand command);
  void publish(std::string_view message);
  [[nodiscard]] std::chrono::milliseconds time_to_live(const links::CacheEntry& entry, Timestamp now) const;

  RedisClient& client_;
  const RedisLinkCacheOptions options_;
  const Clock& clock_;
  links::SharedCacheListener* listener_ = nullptr;
  std::unique_ptr<const LinkCacheCounters> counters_;
  const std::string name_;  ///< of this process, for what one instance does for all
  std::atomic<std::uint64_t> identified_connects_{0};  ///< RedisClient::connects() when all were asked
  LoggedOutage refusal_{"redis refuses to be told of links", "redis can be told of links again"};
};

}  // namespace curt::cache
