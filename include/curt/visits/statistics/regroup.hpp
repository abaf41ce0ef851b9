#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "curt/domain/error.hpp"
#include "curt/visits/statistics/window.hpp"
#include "curt/visits/visit_store.hpp"

namespace curt::visits {

/// Visits in one span of a window.
struct SpanVisits {
  Span span;
  VisitTotals visits;

  /// The local start of the span, as RFC 3339 with the zone's offset.
  [[nodiscard]] std::string at() const { return to_rfc3339(span.begin, span.offset); }

  friend bool operator==(const SpanVisits&, const SpanVisits&) = default;
};

/// The hours for which to ask VisitStore::series(), so that regroup() can fill the window.
[[nodiscard]] HourRange hours_needed(const Window& window);

/// Spreads what is stored over the spans of the window; each has its point, empty ones too. An hour belongs
/// to the span in which it begins, which matters in zones that differ from UTC by no whole hours. A UTC day,
/// of which no hours are kept any more, belongs to the date that it is named after. Nothing is counted twice
/// or left out where the two meet. invalid_value for the field "from" if hours are requested where only days
/// are kept.
[[nodiscard]] result<std::vector<SpanVisits>> regroup(const Series& series, const Window& window);

}  // namespace curt::visits
