#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "curt/domain/error.hpp"
#include "curt/visits/batch/batch.hpp"

namespace curt::store {

/// Visits to be added to one row.
struct VisitSum {
  ShortCode code;         ///< empty in a sum of all links
  std::int64_t span = 0;  ///< the hour or the day since 1970, UTC; 0 in a total
  std::uint64_t humans = 0;
  std::uint64_t bots = 0;

  friend bool operator==(const VisitSum&, const VisitSum&) = default;
};

/// What batches add to each table, one sum a row, in the order of code and span: all who write take the rows
/// in this order, so that there is no deadlock.
struct VisitSums {
  std::vector<VisitSum> hours;
  std::vector<VisitSum> days;
  std::vector<VisitSum> totals;
  std::vector<VisitSum> all_hours;
  std::vector<VisitSum> all_days;
};

[[nodiscard]] VisitSums sum_up(const std::vector<const visits::Batch*>& batches);

/// Visits in the batch.
[[nodiscard]] std::int64_t visits_in(const visits::Batch& batch) noexcept;

/// Why no store takes one of these batches; nothing if it would.
[[nodiscard]] std::optional<Error> refuse(std::span<const visits::Batch> batches);

/// Why a batch is refused whose visits are counted in part.
[[nodiscard]] Error overlap_error();

/// An epoch all of whose visits are counted or lost is folded so long after its last report.
inline constexpr std::chrono::hours kFoldAfter{1};
/// One with visits that may still be found, or that never closed, is folded so long after its last report.
/// The rows of one that was folded are kept so long.
inline constexpr std::chrono::days kKeepEpochs{30};

inline constexpr std::int64_t kHoursADay = 24;

/// Hours and days as they fit in their columns.
struct Spans {
  std::int64_t begin = 0;
  std::int64_t end = 0;  ///< not in it
};

/// The range within what a column holds.
[[nodiscard]] Spans hours_of(std::int64_t begin, std::int64_t end) noexcept;

/// The days that begin in this range of hours, so that ranges side by side share none.
[[nodiscard]] Spans days_of(std::int64_t begin, std::int64_t end) noexcept;

}  // namespace curt::store
