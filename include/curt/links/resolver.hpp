#pragma once

#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "curt/base/async.hpp"
#include "curt/base/call.hpp"
#include "curt/base/clock.hpp"
#include "curt/base/metrics.hpp"
#include "curt/links/link_cache.hpp"
#include "curt/links/link_store.hpp"

namespace curt::links {

/// Answers what a code leads to: from the cache, else from the store, asking it once however many wait for
/// the same code. Thread-safe; what it is given must outlive it.
class Resolver {
 public:
  Resolver(LinkStore& store, LinkCache& cache, const Clock& clock, Metrics& metrics);

  /// What the cache knows; never waits.
  [[nodiscard]] std::optional<CacheEntry> cached(const ShortCode& code);

  /// What the store knows, and remembers it. To be asked when cached() had nothing. Fails as LinkStore says.
  awaitable<result<CacheEntry>> load(Call& call, ShortCode code);

  /// Forgets the code, whose link has changed durably: neither the cache nor a reading that is under way will
  /// answer later callers.
  void invalidate(const ShortCode& code, std::int64_t version);

 private:
  /// One reading of the store that several may wait for.
  struct Flight {
    std::vector<Completion<result<CacheEntry>>> waiting;
    std::optional<result<CacheEntry>> landed;  ///< for those who come between its end and its removal
  };

  awaitable<result<CacheEntry>> read(Call& call, ShortCode code);
  void wait_for(Flight& flight, Completion<result<CacheEntry>> completion);
  void land(const ShortCode& code, const std::shared_ptr<Flight>& flight, const result<CacheEntry>& entry);

  LinkStore& store_;
  LinkCache& cache_;
  const Clock& clock_;
  Counter hits_;
  Counter misses_;
  Counter joined_;
  std::mutex mutex_;
  std::unordered_map<ShortCode, std::shared_ptr<Flight>> flights_;
};

/// What a cache remembers of a stored link.
[[nodiscard]] CacheEntry to_cache_entry(const Link& link);

}  // namespace curt::links
