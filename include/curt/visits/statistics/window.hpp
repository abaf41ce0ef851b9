#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "curt/base/timestamp.hpp"
#include "curt/domain/error.hpp"
#include "curt/visits/statistics/time_zone.hpp"
#include "curt/visits/visit_store.hpp"

namespace curt::visits {

enum class Interval { hour, day, month };

/// What a client says of the time that it wants to see; empty texts stand for the defaults.
struct WindowWish {
  std::string
      from;  ///< RFC 3339 or YYYY-MM-DD in the zone; by default the begin of the date 29 days before `to`
  std::string to;        ///< likewise, not in it; now by default
  std::string interval;  ///< hour, day or month; day by default
  std::string timezone;  ///< a name of the IANA database; UTC by default
};

/// An hour, a day or a month on the clocks of a zone. It ends where the next one begins.
struct Span {
  std::chrono::sys_seconds begin;
  std::chrono::seconds offset;  ///< of the zone at its begin

  friend bool operator==(const Span&, const Span&) = default;
};

/// The time that statistics are about, in whole spans: those that have a part in what was wished.
struct Window {
  TimeZone zone;
  Interval interval = Interval::day;
  std::vector<Span> spans;       ///< ascending; at least one
  std::chrono::sys_seconds end;  ///< of the last span

  /// The UTC hours that begin in it.
  [[nodiscard]] HourRange hours() const;

  /// The UTC days that have the dates which the zone's clocks show in it.
  [[nodiscard]] HourRange days() const;
};

/// More points than this are no series that anybody looks at.
inline constexpr std::size_t kMostSpans = 2'500;

/// Makes the window of the wish; invalid_value names everything that is wrong with it.
[[nodiscard]] result<Window> make_window(const WindowWish& wish, Timestamp now);

}  // namespace curt::visits
