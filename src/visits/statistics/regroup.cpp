#include "curt/visits/statistics/regroup.hpp"

#include <algorithm>
#include <cstddef>

#include <fmt/format.h>

namespace curt::visits {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::local_days;
using std::chrono::sys_seconds;

constexpr std::int64_t kHoursOfDay = 24;

sys_seconds begin_of_hour(std::int64_t hour) { return sys_seconds{hours{hour}}; }

/// The day that begins at or before the hour, as its first hour.
std::int64_t floor_day(std::int64_t hour) { return hours{std::chrono::floor<days>(hours{hour})}.count(); }

/// Adds visits to the points; times come in ascending order, so that each point is looked at once.
class Spreader {
 public:
  Spreader(std::vector<SpanVisits>& points, sys_seconds end) : points_(points), end_(end) {}

  void add(sys_seconds time, const VisitTotals& visits) {
    if (time < points_.front().span.begin || time >= end_) return;
    while (at_ + 1 < points_.size() && points_[at_ + 1].span.begin <= time) ++at_;
    points_[at_].visits.humans += visits.humans;
    points_[at_].visits.bots += visits.bots;
  }

 private:
  std::vector<SpanVisits>& points_;
  sys_seconds end_;
  std::size_t at_ = 0;
};

}  // namespace

HourRange hours_needed(const Window& window) {
  HourRange needed = window.hours();
  if (window.interval == Interval::hour) return needed;
  const HourRange dates = window.days();
  needed.begin = std::min(floor_day(needed.begin), dates.begin);
  needed.end = std::max(floor_day(needed.end + kHoursOfDay - 1), dates.end);
  return needed;
}

result<std::vector<SpanVisits>> regroup(const Series& series, const Window& window) {
  const HourRange wanted = window.hours();
  if (window.interval == Interval::hour && wanted.begin < series.hourly_from) {
    return invalid_field("from",
                         fmt::format("is too early for interval=hour: single hours are kept from {} on, "
                                     "before that days are",
                                     to_rfc3339(begin_of_hour(series.hourly_from), std::chrono::seconds{0})));
  }
  std::vector<SpanVisits> points;
  points.reserve(window.spans.size());
  for (const Span& span : window.spans) points.push_back({span, {}});

  const HourRange dates = window.days();
  Spreader old{points, window.end};
  for (const SeriesPoint& day : series.days) {
    if (day.hour < dates.begin || day.hour >= dates.end) continue;
    old.add(window.zone.begin_of(local_days{std::chrono::floor<days>(hours{day.hour})}), day.visits);
  }
  Spreader recent{points, window.end};
  for (const SeriesPoint& hour : series.hours) recent.add(begin_of_hour(hour.hour), hour.visits);
  return points;
}

}  // namespace curt::visits
