#pragma once

#include <cstdint>
#include <optional>

#include "curt/base/async.hpp"
#include "curt/base/call.hpp"
#include "curt/domain/short_code.hpp"
#include "curt/links/link_cache.hpp"

namespace curt::links {

/// A memory of codes that several instances share, such as Redis, between the cache of this process and the
/// store. Thread-safe. Nothing it does fails a request: what it cannot answer in its own short time is as if
/// unknown.
class SharedLinkCache {
 public:
  virtual ~SharedLinkCache() = default;

  /// What the cache knows of the code; nothing if it knows nothing or does not answer. Resumes on the
  /// caller's thread.
  virtual awaitable<std::optional<CacheEntry>> find(Call& call, ShortCode code) = 0;

  /// Offers what the store said of the code, which is refused if a newer version is there. Does not wait.
  virtual void fill(ShortCode code, CacheEntry entry) = 0;

  /// Tells every instance of a durable change of the code, now and once more when readings that had begun
  /// before it are over: `entry` replaces what is known, unless that is newer; without one the code is only
  /// forgotten. Resumes on the caller's thread: true once the cache has it, false if it did not take it in
  /// its own short time.
  virtual awaitable<bool> announce(ShortCode code, std::optional<CacheEntry> entry) = 0;
};

/// Who wants to know what a shared cache hears. Called on a thread of the cache's; must not block.
class SharedCacheListener {
 public:
  virtual ~SharedCacheListener() = default;

  /// Some instance, perhaps this one, announced a change of the code; `version` is 0 where it was not told.
  virtual void changed(const ShortCode& code, std::int64_t version) = 0;

  /// From now on every announcement will be heard.
  virtual void listening() = 0;

  /// Announcements may go by unheard until listening() is called again.
  virtual void deaf() = 0;

  /// The cache can be reached again, after it could not since `began_at`: announcements of that time may be
  /// lost.
  virtual void restored(Timestamp began_at) = 0;
};

}  // namespace curt::links
