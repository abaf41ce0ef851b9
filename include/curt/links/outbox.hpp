#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "curt/base/async.hpp"
#include "curt/base/call.hpp"
#include "curt/domain/link.hpp"

namespace curt::links {

/// A change of a link: its code, and the version that it made.
struct Change {
  ShortCode code;
  std::int64_t version = 0;

  friend bool operator==(const Change&, const Change&) = default;
};

/// What an instance sees of the outbox when it looks.
struct OutboxView {
  /// Most rows that a look names or counts.
  static constexpr std::size_t kMost = 1000;

  std::string seen;           ///< for the next look
  std::vector<Change> fresh;  ///< committed since the look that gave `since`; none at the first look
  /// Changes may be missing in `fresh`: there are more than kMost, or the database is not the one that gave
  /// `since`, or lost some of what it had. True at the first look.
  bool incomplete = false;
  /// Changes that no shared cache is known to have, older than kSettled; kMost + 1 at most.
  std::size_t open = 0;
  /// Age of the oldest that no shared cache is known to have.
  std::optional<std::chrono::milliseconds> oldest;
  std::string believed;  ///< what believe() was told last; empty at first
  /// Changes when the database may have lost what it had acknowledged, as after a failover.
  std::string history;
  bool writable = true;  ///< whether the database takes writes
  bool standby = false;  ///< it may lag behind the database, so that nothing else is told
};

/// The changes of links, as the database itself records them within the transaction that makes them, until
/// the shared cache is known to have them, and somewhat longer for instances that follow them. Creates are
/// not among them. Every call suspends its coroutine, works off the caller's thread, and resumes there; what
/// reads does so on a connection that nothing else uses. It may fail with deadline_exceeded and unavailable.
class Outbox {
 public:
  /// A change younger than this is still being announced by whoever made it.
  static constexpr std::chrono::milliseconds kSettled{250};

  /// How long a change can be seen by others after it was noted as announced.
  static constexpr std::chrono::seconds kKept{10};

  /// What no shared cache can know any more is forgotten, announced or not: the longest `redis_ttl`.
  static constexpr std::chrono::hours kLongest{30 * 24};

  virtual ~Outbox() = default;

  /// What has happened; `since` is OutboxView::seen of the look before, empty at the first.
  virtual awaitable<result<OutboxView>> look(Call& call, std::string since) = 0;

  /// Links as they are now whose changes are open and older than kSettled, in the order of their codes, those
  /// behind `after`.
  virtual awaitable<result<std::vector<Link>>> open_changes(Call& call, ShortCode after,
                                                            std::size_t limit) = 0;

  /// The shared cache that believe() named so has these changes, and earlier ones of their links. Nothing is
  /// noted unless it is the one believed.
  virtual awaitable<result<void>> note_announced(Call& call, std::vector<Change> changes,
                                                 std::string identity) = 0;

  /// From now on this shared cache is the one believed, to which all changes that are kept are open again.
  /// Done only where the one believed is still `instead_of`; whether it was.
  virtual awaitable<result<bool>> believe(Call& call, std::string identity, std::string instead_of) = 0;

  /// Forgets up to `limit` changes that were noted as announced longer ago than kKept, and as many that are
  /// older than kLongest. How many there were.
  virtual awaitable<result<std::size_t>> sweep(Call& call, std::size_t limit) = 0;
};

}  // namespace curt::links
