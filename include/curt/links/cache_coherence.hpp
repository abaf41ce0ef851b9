#pragma once

#include <chrono>
#include <optional>

#include "curt/base/async.hpp"
#include "curt/base/metrics.hpp"
#include "curt/links/link_cache.hpp"
#include "curt/links/link_store.hpp"
#include "curt/links/resolver.hpp"
#include "curt/links/shared_link_cache.hpp"

namespace curt::links {

/// Keeps the cache of this process true to what other instances change: forgets what they announce, stops
/// trusting the cache while announcements cannot be heard, and after an outage of the shared cache announces
/// anew what changed meanwhile, for this instance and all others. What it is given must outlive it.
class CacheCoherence final : public SharedCacheListener {
 public:
  CacheCoherence(LinkStore& store, LinkCache& cache, Resolver& resolver, Metrics& metrics);

  /// Where announcements are made anew; to be called once, before the shared cache has this listener.
  void use(const Executor& executor) { executor_ = executor; }

  void changed(const ShortCode& code, std::int64_t version) override;
  void listening() override;
  void deaf() override;
  void restored(Timestamp began_at) override;

  /// This instance starts now: announces what changed shortly before, as an earlier process may have ended
  /// between a commit and its announcement.
  void started(Timestamp now);

  /// A commit got no answer and may still happen, or an announcement was not taken: announces a little later
  /// what has changed since. Callable on any thread.
  void look_again();

 private:
  void replay_since(Timestamp since);
  awaitable<void> look_later();
  awaitable<void> replay();
  awaitable<void> pause(std::chrono::milliseconds time);
  /// Announces what changed since, page by page; false if the store or the shared cache did not answer.
  awaitable<bool> announce_since(Timestamp since);

  LinkStore& store_;
  LinkCache& cache_;
  Resolver& resolver_;
  Counter heard_;
  Counter replayed_;
  std::optional<Executor> executor_;
  // Below: on the executor's thread only.
  std::optional<Timestamp> wanted_since_;
  bool replaying_ = false;
  bool looking_later_ = false;
};

}  // namespace curt::links
