#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "curt/base/async.hpp"
#include "curt/base/clock.hpp"
#include "curt/base/logged_outage.hpp"
#include "curt/base/loop.hpp"
#include "curt/base/metrics.hpp"
#include "curt/links/announcer.hpp"
#include "curt/links/belief.hpp"
#include "curt/links/blindness.hpp"
#include "curt/links/doubt.hpp"
#include "curt/links/link_cache.hpp"
#include "curt/links/link_store.hpp"
#include "curt/links/outbox.hpp"
#include "curt/links/resolver.hpp"
#include "curt/links/shared_link_cache.hpp"

namespace curt::links {

/// Keeps the caches true to the store, four times a second: forgets in this process what was changed
/// anywhere, announces what nobody could announce, and judges whether the shared cache is to be believed.
/// What it hears of other instances in between it does at once. What it is given must outlive it.
class CacheCoherence final : public SharedCacheListener {
 public:
  /// A change is acknowledged, seen by the second look, and forgotten, within a second.
  static constexpr std::chrono::milliseconds kLookInterval{250};

  struct Parts {
    LinkStore& store;
    Outbox& outbox;
    LinkCache& cache;
    Resolver& resolver;
    SharedLinkCache* shared = nullptr;  ///< null where there is none
    Announcer& announcer;
    Doubt& doubt;
    const Clock& clock;
  };

  /// `absent_ttl` is how long a "not found" may be remembered by any cache.
  CacheCoherence(const Parts& parts, std::chrono::milliseconds absent_ttl, Metrics& metrics);

  /// Begins to look, on this executor; to be called once, before the shared cache has this listener.
  void start(const Executor& executor);

  /// Looks no more, notes what was announced, and ends. Does not wait. On any thread.
  void stop();

  /// Waits for the end, until then at most, on another thread than the executor's; whether it has ended.
  [[nodiscard]] bool join_until(std::chrono::steady_clock::time_point end);

  /// Whether changes by others may go unseen for long, although the store answers. On any thread.
  [[nodiscard]] bool is_blind() const noexcept { return blindness_.stands(); }

  void changed(const ShortCode& code, std::int64_t version) override;
  void told(SharedNotice notice) override;
  void listening() override;
  void deaf() override;
  void connected() override;

 private:
  awaitable<bool> go_round();
  awaitable<void> look();
  /// What comes of a look that failed.
  awaitable<void> go_on_blind(SteadyTime began, std::string why);
  /// Judges the shared cache by what a look that began then has seen.
  awaitable<void> judge_shared(const OutboxView& view, SteadyTime began);
  void forget(const OutboxView& view);
  awaitable<void> forget_open();
  /// Makes the shared cache what the store says, while looks go on.
  awaitable<void> mend_shared(bool is_believed, std::size_t open, std::string believed);
  awaitable<void> announce_open(std::size_t open);
  awaitable<void> note_announced();
  awaitable<void> sweep();
  void log_doubt();

  const Parts parts_;
  const std::chrono::milliseconds absent_ttl_;
  Counter heard_;
  Counter replayed_;
  Counter looks_;
  Counter failed_looks_;
  std::atomic<std::uint64_t> open_{0};
  std::atomic<std::int64_t> oldest_ms_{0};
  std::optional<Executor> executor_;
  std::optional<Loop> loop_;
  // Below: on the executor's thread only.
  std::optional<Belief> belief_;  ///< nothing where there is no shared cache
  SteadyTime next_look_{};
  std::string seen_;  ///< OutboxView::seen of the last look
  Blindness blindness_;
  std::optional<SteadyTime> looked_at_;  ///< when the last look that succeeded began
  bool writable_ = false;                ///< what the last look said of the database
  bool was_wrong_ = false;  ///< whether it found that the shared cache is not what the store says
  std::optional<SteadyTime> swept_at_;
  bool mending_ = false;
  LoggedOutage long_doubt_{"the shared cache may not know of every change; the database is asked before it",
                           "the shared cache knows of every change again"};
};

}  // namespace curt::links
