#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <vector>

#include "curt/base/async.hpp"
#include "curt/base/clock.hpp"
#include "curt/domain/link.hpp"
#include "curt/links/doubt.hpp"
#include "curt/links/outbox.hpp"
#include "curt/links/resolver.hpp"
#include "curt/links/shared_link_cache.hpp"

namespace curt::links {

/// Tells this process and the shared cache of what was written to the store, before the client is answered.
/// Thread-safe; what it is given must outlive it.
class Announcer {
 public:
  /// `shared` is null where there is none.
  Announcer(Resolver& resolver, SharedLinkCache* shared, Doubt& doubt, const Clock& clock)
      : resolver_(resolver), shared_(shared), doubt_(doubt), clock_(clock) {}

  /// `link` was created, or served a create: all that can contradict it is a "not found", which does not live
  /// long.
  awaitable<void> created(Link link);

  /// `link` was changed, durably, and is like this now.
  awaitable<void> changed(Link link);

  /// A commit got no answer and may still happen: what comes of it stands in the outbox.
  void unknown(const ShortCode& code);

  /// Announces these changes once more. False if the shared cache did not take them.
  awaitable<bool> repeat(std::vector<Link> links, Telling telling);

  /// The shared cache may be another server from now on: nothing that was announced before counts for it.
  void begin_era();

  /// Counts begin_era().
  [[nodiscard]] std::uint64_t era() const;

  /// Takes out up to `limit` changes that the shared cache took in this era, which is the present one: those
  /// of changed() and repeat(), the oldest first. None if it is over.
  [[nodiscard]] std::vector<Change> take_announced(std::uint64_t era, std::size_t limit);

 private:
  /// More are not remembered: they stay open, and are announced once more.
  static constexpr std::size_t kMostAnnounced = 100'000;

  awaitable<bool> tell(Link link);
  void note(const std::vector<Change>& changes, std::uint64_t era);

  Resolver& resolver_;
  SharedLinkCache* const shared_;
  Doubt& doubt_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::uint64_t era_ = 0;
  std::deque<Change> announced_;
};

}  // namespace curt::links
