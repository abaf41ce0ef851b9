#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "curt/base/clock.hpp"
#include "curt/domain/link.hpp"
#include "curt/limits/blocklist/verdict_memo.hpp"

namespace curt::links {

/// All that a redirect needs to know of a link; immutable and shared between the cache and those who answer.
struct RedirectLink {
  std::string target;
  std::optional<std::string> title;  ///< for the preview page
  LinkSettings settings;
  std::int64_t version = 1;
  limits::VerdictMemo verdict{};  ///< whether the target's host is blocked
};

/// What a cache knows of a code. Expired, disabled and future links are `found`: their settings tell.
struct CacheEntry {
  enum class Kind {
    found,
    not_found,  ///< no link ever had the code
    gone,       ///< the link was deleted
  };

  Kind kind = Kind::not_found;
  std::shared_ptr<const RedirectLink> link;  ///< set for `found` only
  std::int64_t version = 0;                  ///< of the link; 0 for `not_found`
};

/// What the cache needs from the one who reads a lower layer, to refuse what he read if it is stale by then.
struct FillTicket {
  SteadyTime taken_at{};      ///< what is read is as old as this
  std::uint64_t changes = 0;  ///< how many there were of codes like this one
  std::uint64_t trust = 0;    ///< tells whether changes elsewhere were heard of since
};

/// A bounded memory of codes in this process. Thread-safe; no call blocks longer than a few memory accesses.
/// Ages go by the steady clock; `now` may lie a little behind it, as the time at which a request came does.
///
/// Where other instances change links too, it must hear of that through invalidate(). While it cannot,
/// between changes_go_unheard() and changes_are_heard(), everything that it knows is suspect, and what comes
/// in is trusted for a moment only.
class LinkCache {
 public:
  virtual ~LinkCache() = default;

  /// What is known of the code at this time; nothing if it is unknown, too old or suspect.
  [[nodiscard]] virtual std::optional<CacheEntry> find(const ShortCode& code, SteadyTime now) = 0;

  /// What is known of a code that has or had a link, although it is old or suspect, within the bound for
  /// stale entries: for when no lower layer answers.
  [[nodiscard]] virtual std::optional<CacheEntry> find_stale(const ShortCode& code, SteadyTime now) = 0;

  /// To be called before a lower layer is read for this code.
  [[nodiscard]] virtual FillTicket begin_fill(const ShortCode& code, SteadyTime now) = 0;

  /// Remembers what the lower layer said; false if it must not be passed on: the code was invalidated or
  /// everything forgotten since the ticket was taken, or a newer version is here already.
  virtual bool fill(const ShortCode& code, FillTicket ticket, CacheEntry entry, SteadyTime now) = 0;

  /// Forgets the code, whose link now has this version (0: an unknown one), unless what is known is as new,
  /// and makes every fill that is under way for it void. To be called when a create, edit or delete is
  /// durable, before its caller is answered, and when another instance tells of one.
  virtual void invalidate(const ShortCode& code, std::int64_t version) = 0;

  /// Codes that had no link may have one since `now`, which ones is not known: no "not found" counts whose
  /// reading began by then. Takes constant time.
  virtual void forget_absent(SteadyTime now) = 0;

  /// Any link may have changed, which ones is not known: all that is known is suspect at once, and what is
  /// being read too. Changes are heard of as before. Takes constant time.
  virtual void forget_all() = 0;

  /// From now on changes elsewhere may go by unheard.
  virtual void changes_go_unheard() = 0;

  /// From now on every change elsewhere is heard of. What was known before stays suspect.
  virtual void changes_are_heard() = 0;

  /// Bytes held, counted as the bound counts them.
  [[nodiscard]] virtual std::size_t bytes() const = 0;

  /// Codes held.
  [[nodiscard]] virtual std::size_t size() const = 0;
};

}  // namespace curt::links
