#include "curt/visits/statistics/window.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace curt::visits {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::hours;
using std::chrono::local_days;
using std::chrono::seconds;
using std::chrono::sys_days;
using std::chrono::sys_seconds;
using std::chrono::year_month_day;
using namespace std::chrono_literals;

/// Dates in the range if only its end is known, the last one included.
constexpr days kDefaultDates{30};

/// There are no visits before the clock started, and the rules of zones are unknown far ahead.
constexpr Timestamp kEarliest{sys_days{1970y / 1 / 1}};
constexpr Timestamp kLatest{sys_days{2100y / 1 / 1}};

constexpr std::string_view kTimeForm =
    "must be a date such as 2026-03-01 or an RFC 3339 time such as 2026-03-01T00:00:00Z, "
    "of the years 1970 to 2099";

std::int64_t ceil_hour(sys_seconds time) { return std::chrono::ceil<hours>(time).time_since_epoch().count(); }

std::int64_t first_hour(local_days date) { return hours{date.time_since_epoch()}.count(); }

std::optional<Interval> interval_from(std::string_view name) {
  if (name.empty() || name == "day") return Interval::day;
  if (name == "hour") return Interval::hour;
  if (name == "month") return Interval::month;
  return std::nullopt;
}

/// Reads a time, or a date as its start in the zone.
std::optional<Timestamp> parse_time(std::string text, const TimeZone& zone) {
  constexpr std::size_t kDateLength = 10;
  constexpr std::size_t kOffsetLength = 6;
  const bool is_date = text.size() == kDateLength;
  if (is_date) text += "T00:00:00Z";
  // "+02:00" with its plus not percent-encoded arrives as a space.
  if (text.size() > kDateLength + kOffsetLength + 1 && text[text.size() - kOffsetLength] == ' ')
    text[text.size() - kOffsetLength] = '+';
  std::optional<Timestamp> time = parse_rfc3339(text);
  if (time && is_date) time = zone.begin_of(local_days{floor<days>(*time).time_since_epoch()});
  // A zone's date may begin up to a day before UTC's.
  if (time && (*time < kEarliest - days{1} || *time > kLatest)) return std::nullopt;
  return time;
}

local_days first_of_month(local_days date) {
  const year_month_day parts{date};
  return local_days{parts.year() / parts.month() / 1};
}

local_days first_date(Interval interval, local_days date) {
  return interval == Interval::month ? first_of_month(date) : date;
}

local_days next_date(Interval interval, local_days date) {
  return interval == Interval::month ? first_of_month(date + days{31}) : date + days{1};
}

bool is_full(const Window& window) { return window.spans.size() == kMostSpans; }

/// Adds the days or months; false if they are too many.
bool add_dates(Window& window, Timestamp from, Timestamp to) {
  const TimeZone& zone = window.zone;
  local_days date = first_date(window.interval, zone.date_at(floor<seconds>(from)));
  sys_seconds begin = zone.begin_of(date);
  while (begin < to) {
    date = next_date(window.interval, date);
    const sys_seconds end = zone.begin_of(date);
    if (end > begin) {  // some zones have left out a date
      if (is_full(window)) return false;
      window.spans.push_back({begin, zone.period_at(begin).offset});
    }
    begin = end;
  }
  window.end = begin;
  return true;
}

/// Adds the hours; false if they are too many. Where the clocks are set by half an hour, one hour is shorter.
bool add_hours(Window& window, Timestamp from, Timestamp to) {
  const TimeZone& zone = window.zone;
  TimeZone::Period period = zone.period_at(floor<seconds>(from));
  sys_seconds begin = floor<hours>(floor<seconds>(from) + period.offset) - period.offset;
  begin = std::max(begin, period.begin);
  while (begin < to) {
    if (is_full(window)) return false;
    if (begin >= period.end) period = zone.period_at(begin);
    window.spans.push_back({begin, period.offset});
    begin = floor<hours>(begin + period.offset) + hours{1} - period.offset;
    begin = std::min(begin, period.end);
  }
  window.end = begin;
  return true;
}

}  // namespace

HourRange Window::hours() const { return {ceil_hour(spans.front().begin), ceil_hour(end)}; }

HourRange Window::days() const {
  const local_days first = zone.date_at(spans.front().begin);
  const local_days last = zone.date_at(end - seconds{1});
  return {first_hour(first), first_hour(last + std::chrono::days{1})};
}

result<Window> make_window(const WindowRequest& request, Timestamp now) {
  Window window;
  std::vector<FieldError> errors;
  if (!request.timezone.empty()) {
    if (const auto zone = TimeZone::find(request.timezone)) {
      window.zone = *zone;
    } else {
      errors.push_back({"timezone", "must be a name of the IANA database, such as UTC or Europe/Berlin"});
    }
  }
  if (const auto interval = interval_from(request.interval)) {
    window.interval = *interval;
  } else {
    errors.push_back({"interval", "must be hour, day or month"});
  }
  std::optional<Timestamp> from;
  if (!request.from.empty()) {
    from = parse_time(request.from, window.zone);
    if (!from) errors.push_back({"from", std::string{kTimeForm}});
  }
  std::optional<Timestamp> to = now;
  if (!request.to.empty()) {
    to = parse_time(request.to, window.zone);
    if (!to) errors.push_back({"to", std::string{kTimeForm}});
  }
  if (!errors.empty()) return invalid_fields(std::move(errors));

  if (!from) {
    const local_days last = window.zone.date_at(floor<seconds>(*to - 1ms));
    from = window.zone.begin_of(last - kDefaultDates + std::chrono::days{1});
  }
  if (*from >= *to) return invalid_field("from", "must be before to, which is now if it is not given");
  const bool fits =
      window.interval == Interval::hour ? add_hours(window, *from, *to) : add_dates(window, *from, *to);
  if (!fits) {
    return invalid_field("interval",
                         fmt::format("makes more than {} points of this range; take a longer one, or "
                                     "from and to that are closer",
                                     kMostSpans));
  }
  return window;
}

}  // namespace curt::visits
