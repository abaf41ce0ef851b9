#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "curt/base/async.hpp"
#include "curt/base/call.hpp"
#include "curt/domain/short_code.hpp"
#include "curt/links/link_cache.hpp"

namespace curt::links {

/// What a cache is told of a code.
struct KnownLink {
  ShortCode code;
  CacheEntry entry;
};

/// What instances tell each other beside the changes of single codes.
enum class SharedNotice {
  doubt,          ///< a change could not be announced
  forget_all,     ///< there are many changes
  forget_absent,  ///< there are many new links
};

/// Whether instances are told of each link.
enum class Telling {
  each_link,           ///< also of what the cache does not take: an instance that forgets more harms nobody
  each_link_once_set,  ///< of what the cache took only: for what is announced again and again until it does
  nobody,
};

/// Which server a shared cache is.
struct SharedIdentity {
  enum class Kind {
    known,
    out_of_reach,
    not_told,  ///< it does not tell, or not us
  };

  Kind kind = Kind::out_of_reach;
  /// Changes when the server starts anew or becomes another one's successor; empty if not known.
  std::string text;
};

/// A memory of codes that several instances share, such as Redis, between the cache of this process and the
/// store. Thread-safe. Nothing it does fails a request: what it cannot answer in its own short time is as if
/// unknown. It never replaces what it knows of a link by an older version.
class SharedLinkCache {
 public:
  virtual ~SharedLinkCache() = default;

  /// What the cache knows of the code; nothing if it knows nothing or does not answer. Resumes on the
  /// caller's thread.
  virtual awaitable<std::optional<CacheEntry>> find(Call& call, ShortCode code) = 0;

  /// Offers what the store said of the code. Does not wait.
  virtual void fill(ShortCode code, CacheEntry entry) = 0;

  /// Sets what the links are now, and tells every instance as `telling` says. Resumes on the caller's thread:
  /// true once the cache has all of it, false if it did not take it in its own short time; then some of it
  /// may be there.
  virtual awaitable<bool> announce(std::vector<KnownLink> links, Telling telling) = 0;

  /// Tells every instance that the code has changed, without setting anything: for a cache that takes no
  /// values. `version` is 0 where it is not known. Does not wait.
  virtual void warn(ShortCode code, std::int64_t version) = 0;

  /// Tells every instance. Does not wait.
  virtual void tell(SharedNotice notice) = 0;

  /// Which server it is that all connections of this process lead to. Resumes on the caller's thread.
  virtual awaitable<SharedIdentity> identity() = 0;

  /// Takes the turn to empty the cache, or keeps it for some seconds more. Resumes on the caller's thread:
  /// true if the turn is this instance's; false if another instance is at it, or if the cache does not answer
  /// or takes no values.
  virtual awaitable<bool> may_empty() = 0;

  /// Forgets every link, and remembers their versions for as long as a reading may take; takes the turn where
  /// this instance does not have it, and keeps it meanwhile. Resumes on the caller's thread: true once that
  /// is done; false if the cache does not answer, or if another instance is at it: then some may be
  /// forgotten.
  virtual awaitable<bool> empty() = 0;
};

/// Who wants to know what a shared cache hears. Called on a thread of the cache's; must not block.
class SharedCacheListener {
 public:
  virtual ~SharedCacheListener() = default;

  /// Some instance, perhaps this one, announced a change of the code; `version` is 0 where it was not told.
  virtual void changed(const ShortCode& code, std::int64_t version) = 0;

  /// Some instance, perhaps this one, told this.
  virtual void told(SharedNotice notice) = 0;

  /// From now on every announcement will be heard.
  virtual void listening() = 0;

  /// Announcements may go by unheard until listening() is called again.
  virtual void deaf() = 0;

  /// A connection was made and is about to be used; it may lead to another server than those before.
  virtual void connected() = 0;
};

}  // namespace curt::links
