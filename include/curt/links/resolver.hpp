#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>

#include "curt/base/async.hpp"
#include "curt/base/call.hpp"
#include "curt/base/clock.hpp"
#include "curt/base/metrics.hpp"
#include "curt/links/doubt.hpp"
#include "curt/links/flights.hpp"
#include "curt/links/link_cache.hpp"
#include "curt/links/link_store.hpp"
#include "curt/links/shared_link_cache.hpp"

namespace curt::links {

/// Answers what a code leads to: from the cache of this process, else from the shared one, else from the
/// store, asking once however many wait for the same code. Thread-safe; what it is given must outlive it.
class Resolver {
 public:
  /// How long a caller waits for the lower layers where the cache has an old or suspect entry.
  static constexpr std::chrono::milliseconds kPatience{100};

  /// `shared` is null where there is none. While there is `doubt`, the store is asked before it.
  Resolver(LinkStore& store, LinkCache& cache, SharedLinkCache* shared, const Doubt& doubt,
           const Clock& clock, Metrics& metrics, std::chrono::milliseconds patience = kPatience);

  /// What the cache knows at this time, by Clock::steady_now(): that at which the request came will do. Never
  /// waits.
  [[nodiscard]] std::optional<CacheEntry> cached(const ShortCode& code, SteadyTime now);

  /// Like cached(), for the second check of the same request: it counts as neither a hit nor a miss.
  [[nodiscard]] std::optional<CacheEntry> cached_again(const ShortCode& code, SteadyTime now);

  /// What the lower layers know, and remembers it. To be asked when cached() had nothing. Where the cache has
  /// an old or suspect entry, that is the answer as soon as every layer has failed, or when none has answered
  /// within kPatience: then the reading goes on after the caller was answered, on its thread. Without such an
  /// entry an error as LinkStore says.
  awaitable<result<CacheEntry>> load(Call& call, ShortCode code);

  /// Forgets the code in this process, whose link has changed durably: neither the cache nor a reading that
  /// is under way will answer later callers. `version` is that of the link, 0 if it is not known.
  void invalidate(const ShortCode& code, std::int64_t version);

  /// Forgets in this process which codes have no link: some may have one by now. For as long as said, that
  /// the shared cache knows no link of a code counts for nothing either.
  void forget_absent(std::chrono::milliseconds ignored_for);

  /// Forgets all codes in this process, of which any may have changed.
  void forget_all();

  /// Whether load() would find the code being read for another request.
  [[nodiscard]] bool is_reading(const ShortCode& code) const { return flights_.is_under_way(code); }

 private:
  /// Reads the code again where there is an old or suspect entry; nothing if it was forgotten meanwhile.
  awaitable<std::optional<CacheEntry>> revalidate(Call& call, ShortCode code);
  /// Reads for a flight whose callers need not wait for it.
  awaitable<void> read_behind(std::shared_ptr<Call> call, ShortCode code, Flights::Handle flight);
  awaitable<result<CacheEntry>> read(Call& call, ShortCode code);
  awaitable<std::optional<CacheEntry>> read_shared(Call& call, ShortCode code);
  awaitable<result<CacheEntry>> read_store(Call& call, ShortCode code, FillTicket ticket);

  LinkStore& store_;
  LinkCache& cache_;
  SharedLinkCache* const shared_;
  const Doubt& doubt_;
  std::atomic<SteadyTime> absent_counts_from_{SteadyTime::min()};  ///< in the shared cache
  const Clock& clock_;
  Counter hits_;
  Counter misses_;
  Counter joined_;
  Counter stale_;
  Counter stale_slow_;
  const std::chrono::milliseconds patience_;
  Flights flights_;
};

/// What a cache remembers of a stored link.
[[nodiscard]] CacheEntry to_cache_entry(const Link& link);

}  // namespace curt::links
