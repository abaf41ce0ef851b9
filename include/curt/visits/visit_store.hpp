#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "curt/base/async.hpp"
#include "curt/base/call.hpp"
#include "curt/base/timestamp.hpp"
#include "curt/domain/error.hpp"
#include "curt/domain/key_id.hpp"
#include "curt/domain/short_code.hpp"
#include "curt/visits/batch/batch.hpp"

namespace curt::visits {

/// How often something was visited.
struct VisitTotals {
  std::uint64_t humans = 0;
  std::uint64_t bots = 0;
  /// How many of these came with an import, of which no time is known; of a link's total of all time alone.
  std::uint64_t imported = 0;

  [[nodiscard]] std::uint64_t total() const noexcept { return humans + bots; }
  friend bool operator==(const VisitTotals&, const VisitTotals&) = default;
};

/// What became of a batch that was to be applied.
enum class Applied {
  now,     ///< its visits are counted, durably
  before,  ///< they were counted already, or it was given up: a replay
};

/// What a process reports of its epoch. Numbers only grow; a later report replaces an earlier one, and no
/// report replaces one that is closed.
struct EpochReport {
  EpochId epoch;
  std::string host;  ///< where it runs, for the operator
  Timestamp opened_at;
  Timestamp seen_at;           ///< when the report was made
  std::uint64_t accepted = 0;  ///< visits that were answered
  /// The part of them that is lost: the ring was full or a file was damaged.
  std::uint64_t dropped = 0;
  /// Visits that are counted but whose details were given up for room in the spool.
  std::uint64_t undetailed = 0;
  /// Time of the oldest visit that the database does not have; nothing if it has all.
  std::optional<Timestamp> pending_since;
  bool closed = false;  ///< all of it is in the database and nothing will follow
};

/// What the database has seen of an epoch.
struct EpochSeen {
  /// It is so old that its traces may be gone: nobody can tell a replay from what was never counted.
  bool forgotten = false;
  std::uint64_t accepted = 0;                      ///< visits that its process has told of
  std::optional<std::uint64_t> settled;            ///< those counted or given up; nothing once it is folded
  std::map<std::uint16_t, std::uint64_t> through;  ///< by ring: the end of the highest batch that came
};

/// How complete the figures of the whole service are.
struct Accounting {
  std::uint64_t accepted = 0;
  std::uint64_t persisted = 0;
  /// Reported as dropped, in batches that were given up, or in epochs that are over (closed, or without a
  /// report for long) and never delivered them.
  std::uint64_t dropped = 0;
  std::uint64_t undetailed = 0;
  std::uint64_t unaccounted_epochs = 0;    ///< epochs that never closed and did not report for long
  std::optional<Timestamp> pending_since;  ///< the oldest visit of other processes that is not here
};

/// Which links' visits: of one link, of all links of an owner, or of all where neither is named.
struct VisitsOf {
  std::optional<ShortCode> code{};
  std::optional<KeyId> owner{};
};

/// Hours since 1970, UTC; `end` is not in it.
struct HourRange {
  std::int64_t begin = 0;
  std::int64_t end = 0;
};

/// Visits in the span that begins at `hour`.
struct SeriesPoint {
  std::int64_t hour = 0;  ///< hours since 1970, UTC
  VisitTotals visits;
};

/// How visits are spread over time: whole UTC days for the part that is older than the hours which are kept,
/// hours for the rest. Ascending, without empty spans.
struct Series {
  std::int64_t hourly_from = 0;   ///< the first hour that is kept as an hour; the start of a UTC day
  std::vector<SeriesPoint> days;  ///< UTC days before hourly_from
  std::vector<SeriesPoint> hours;
};

/// One value of a breakdown, such as a referring host.
struct BreakdownRow {
  std::string value;  ///< empty for visits without one
  VisitTotals visits;
};

struct TopLink {
  ShortCode code;
  VisitTotals visits;
};

/// How long visits are kept.
struct Retention {
  std::chrono::days raw{7};      ///< visits one by one; 0: not at all
  std::chrono::days hourly{90};  ///< counts of each hour; counts of each day are kept forever
};

/// What maintain() did.
struct MaintenanceReport {
  bool had_turn = true;              ///< false: another process is maintaining, and nothing was done
  std::vector<std::string> made;     ///< names of partitions
  std::vector<std::string> dropped;  ///< names of partitions
  std::uint64_t hours_removed = 0;   ///< rows of hourly counts
  std::uint64_t epochs_folded = 0;   ///< past epochs whose sums went into the row of all
  std::uint64_t periods_summed = 0;  ///< of those that top() is found from
};

/// Where visits end up: totals and roll-ups for each link, raw rows where the database keeps them. Every call
/// suspends its coroutine, works off the caller's thread, adds to `call.statements`, and resumes on the
/// caller's thread; `call` must live until then. All may fail with overloaded, deadline_exceeded,
/// unavailable (then nothing was done) and outcome_unknown; what was applied once is not applied again.
class VisitStore {
 public:
  virtual ~VisitStore() = default;

  /// Counts the batches, all of them in one transaction, each exactly once however often it comes; one answer
  /// per batch. invalid_value if the database refuses what is in one of them, or one of them overlaps another
  /// that is counted: then nothing was done, and the caller tries them one by one.
  virtual awaitable<result<std::vector<Applied>>> apply(Call& call, std::vector<Batch> batches) = 0;

  /// Gives a batch up that can never be applied: its id counts as settled, its visits as dropped.
  virtual awaitable<result<void>> give_up(Call& call, BatchId id, std::uint64_t visits,
                                          std::string reason) = 0;

  /// Which of these batches were applied or given up; one answer each.
  virtual awaitable<result<std::vector<bool>>> settled(Call& call, std::vector<BatchId> ids) = 0;

  /// The origin of this ring's batches has found all below `position` settled and keeps none of them: their
  /// ids may be forgotten, and whatever comes with a position below is a replay.
  virtual awaitable<result<void>> confirm(Call& call, EpochId epoch, std::uint16_t ring,
                                          std::uint64_t position) = 0;

  /// What was seen of an epoch that was opened at this time. A process that takes over what an ended one left
  /// asks this first: the disk may hold an older state than the one that was handed on.
  virtual awaitable<result<EpochSeen>> seen(Call& call, EpochId epoch, Timestamp opened_at) = 0;

  /// Registers the epoch, or updates its report.
  virtual awaitable<result<void>> report(Call& call, EpochReport report) = 0;

  /// Sums all epochs; those not closed and without a report since `lost_before` are unaccounted. `own` are
  /// the caller's epochs as they are now, which count instead of what was last reported of them.
  virtual awaitable<result<Accounting>> accounting(Call& call, Timestamp lost_before,
                                                   std::vector<EpochReport> own) = 0;

  /// The totals of these links, in their order; zeros where there was no visit.
  virtual awaitable<result<std::vector<VisitTotals>>> totals(Call& call, std::vector<ShortCode> codes) = 0;

  /// The visits of these links together, in these hours.
  virtual awaitable<result<Series>> series(Call& call, VisitsOf links, HourRange range) = 0;

  /// The totals of all links together, or of all links of an owner.
  virtual awaitable<result<VisitTotals>> grand_total(Call& call, std::optional<KeyId> owner) = 0;

  /// The most visited links that are not deleted, most first: of all time, or within whole UTC days of
  /// `range`; of all links, or of those of an owner.
  virtual awaitable<result<std::vector<TopLink>>> top(Call& call, std::optional<HourRange> range,
                                                      std::size_t limit, std::optional<KeyId> owner) = 0;

  /// Hosts that referred to the link in these hours, most first, from the raw visits that are kept;
  /// invalid_value for the field "group_by" where this database keeps none.
  virtual awaitable<result<std::vector<BreakdownRow>>> referrers(Call& call, ShortCode code, HourRange range,
                                                                 std::size_t limit) = 0;

  /// The time by the database's own clock, which maintain() is to be given: a process whose clock is far
  /// ahead would drop what is still to be kept.
  virtual awaitable<result<Timestamp>> now(Call& call) = 0;

  /// Makes partitions ahead, removes what is past retention, folds what is left of past epochs, and sums up
  /// the periods that are over, as many as it has time for; totals and sums never change. One process at a
  /// time does it.
  virtual awaitable<result<MaintenanceReport>> maintain(Call& call, Retention retention, Timestamp now) = 0;
};

}  // namespace curt::visits
