#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "curt/base/async.hpp"
#include "curt/base/clock.hpp"
#include "curt/base/metrics.hpp"
#include "curt/links/announcer.hpp"
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

  /// Notes what was announced, and ends. Callable on any thread.
  void stop();

  void changed(const ShortCode& code, std::int64_t version) override;
  void told(SharedNotice notice) override;
  void listening() override;
  void deaf() override;
  void connected() override;

 private:
  awaitable<void> follow();
  awaitable<void> look_and_note(SteadyTime next);
  awaitable<void> wait(std::chrono::steady_clock::duration time);
  awaitable<void> look();
  /// What comes of a look that failed.
  awaitable<void> go_on_blind(SteadyTime began, std::string why);
  void see_again();
  awaitable<void> recognise_server();
  awaitable<SharedIdentity> identify();
  /// Judges the shared cache by what a look that began then has seen.
  awaitable<void> judge_shared(const OutboxView& view, SteadyTime began);
  void forget(const OutboxView& view);
  awaitable<void> forget_open(std::size_t open);
  void begin_to_mend(const OutboxView& view, bool is_same, SteadyTime began);
  /// Makes the shared cache what the store says, while looks go on.
  awaitable<void> mend_shared(bool is_same, std::size_t open, std::string believed);
  awaitable<void> change_server(std::string believed);
  awaitable<void> announce_open(std::size_t open);
  awaitable<void> note_announced();
  awaitable<void> sweep();
  void log_doubt();

  const Parts parts_;
  const std::chrono::milliseconds absent_ttl_;
  const std::string name_;  ///< of this process among those who empty a shared cache
  Counter heard_;
  Counter replayed_;
  std::atomic<std::uint64_t> open_{0};
  std::atomic<std::int64_t> oldest_ms_{0};
  std::atomic<bool> stopping_{false};
  std::optional<Executor> executor_;
  // Below: on the executor's thread only.
  net::steady_timer* pause_ = nullptr;     ///< null while nobody waits
  std::string seen_;                       ///< OutboxView::seen of the last look
  std::optional<SteadyTime> looked_at_;    ///< when the last look that succeeded began
  std::optional<SteadyTime> blind_since_;  ///< when the first look that failed since then began
  bool is_blind_ = false;                  ///< looks fail although the store answers
  bool writable_ = false;                  ///< what it said of the database
  bool was_wrong_ = false;          ///< whether it found that the shared cache is not what the store says
  std::string server_;              ///< the shared cache as it was found last; empty at first
  std::string clean_server_;        ///< the same of the last clean look
  std::string identity_;            ///< server_ and the history of the database: what is believed
  std::uint64_t identity_era_ = 0;  ///< Announcer::era() when it was found
  std::optional<SteadyTime> swept_at_;
  bool mending_ = false;
  std::optional<SteadyTime> believed_at_;      ///< when this instance had one believed last
  std::string ours_;                           ///< which that was
  std::chrono::milliseconds mending_pause_{};  ///< grows while others have another one believed
  SteadyTime mend_at_{SteadyTime::min()};      ///< not sooner
  bool doubt_is_logged_ = false;
  bool untold_is_logged_ = false;
  bool quarrel_is_logged_ = false;
};

}  // namespace curt::links
