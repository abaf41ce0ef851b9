#pragma once

#include <cstddef>
#include <mutex>
#include <optional>
#include <vector>

#include "curt/base/async.hpp"
#include "curt/base/call.hpp"
#include "curt/base/clock.hpp"
#include "curt/domain/error.hpp"
#include "curt/domain/key_id.hpp"
#include "curt/domain/short_code.hpp"
#include "curt/visits/local_accounts.hpp"
#include "curt/visits/statistics/completeness.hpp"
#include "curt/visits/statistics/regroup.hpp"
#include "curt/visits/statistics/window.hpp"
#include "curt/visits/visit_store.hpp"

namespace curt::visits {

/// What the visits of a link are grouped by in addition to time.
enum class Breakdown { none, referrer };

/// Visits in a window, as the database has them.
struct WindowVisits {
  Window window;
  Series stored;

  /// As regroup() does. Takes milliseconds where there are days of years in a zone: not for a core.
  [[nodiscard]] result<std::vector<SpanVisits>> spans() const { return regroup(stored, window); }
};

struct LinkStatistics {
  VisitTotals visits;  ///< total of all time
  WindowVisits series;
  std::optional<std::vector<BreakdownRow>> referrers;  ///< if they were asked for; most first
  Completeness completeness;
};

struct ServiceStatistics {
  VisitTotals visits;  ///< total of all links and all time
  WindowVisits series;
  std::vector<TopLink> top;
  Completeness completeness;
};

/// The figures: what the database counted, and how complete that is. Nothing is made up: where the database
/// does not answer there are no figures. Thread-safe; what it is given must outlive it. Calls suspend their
/// coroutine and fail as VisitStore's do; `call` must live until then.
class Statistics {
 public:
  /// Most rows of a breakdown.
  static constexpr std::size_t kMostRows = 100;

  /// `accounts` are the counters of this process; null if it takes no visits. Reads the list of time zones.
  Statistics(VisitStore& store, const LocalAccounts* accounts, const Clock& clock);

  /// The totals of these links, in their order; one statement for all, none for none.
  awaitable<result<std::vector<VisitTotals>>> totals(Call& call, std::vector<ShortCode> codes);

  /// The totals of one link.
  awaitable<result<VisitTotals>> total(Call& call, ShortCode code);

  /// What there is to say of one link in this window; invalid_value for "group_by" if this database cannot
  /// group so.
  awaitable<result<LinkStatistics>> of_link(Call& call, ShortCode code, Window window, Breakdown breakdown);

  /// What `top` is about.
  enum class TopOf { all_time, window };

  /// What there is to say of all links together, with the `limit` most visited ones; of a window that is by
  /// whole UTC days, those of its dates. With an owner, of his links alone; how complete the figures are is
  /// told of the whole service all the same.
  awaitable<result<ServiceStatistics>> of_service(Call& call, Window window, TopOf top_of, std::size_t limit,
                                                  std::optional<KeyId> owner);

 private:
  /// How complete the figures of the service are; may be a second old.
  awaitable<result<Completeness>> completeness(Call& call);

  /// The visits of these links that spans() needs.
  awaitable<result<WindowVisits>> series(Call& call, VisitsOf links, const Window& window);

  [[nodiscard]] std::optional<Completeness> remembered(Timestamp now) const;

  VisitStore& store_;
  const LocalAccounts* accounts_;
  const Clock& clock_;
  mutable std::mutex mutex_;  ///< guards the two members below
  std::optional<Completeness> last_;
  Timestamp last_at_;
};

}  // namespace curt::visits
