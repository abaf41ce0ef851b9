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

/// The time that a client asks for; empty texts stand for the defaults.
struct WindowRequest {
  /// RFC 3339 or YYYY-MM-DD in the zone; by default the start of the date 29 days before `to`.
  std::string from;
  std::string to;        ///< like `from`, the first time that is not in the window; now by default
  std::string interval;  ///< hour, day or month; day by default
  std::string timezone;  ///< a name of the IANA database; UTC by default
};

/// An hour, a day or a month on the clocks of a zone. It ends where the next one begins.
struct Span {
  std::chrono::sys_seconds begin;
  std::chrono::seconds offset;  ///< the zone's, at `begin`

  friend bool operator==(const Span&, const Span&) = default;
};

/// The time that statistics are about, in whole spans: those that overlap the requested time.
struct Window {
  TimeZone zone;
  Interval interval = Interval::day;
  std::vector<Span> spans;       ///< ascending; at least one
  std::chrono::sys_seconds end;  ///< end of the last span

  /// The UTC hours that begin in it.
  [[nodiscard]] HourRange hours() const;

  /// The UTC days that have the dates which the zone's clocks show in it.
  [[nodiscard]] HourRange days() const;
};

/// Most points of a series; no reader looks at more.
inline constexpr std::size_t kMostSpans = 2'500;

/// Makes the window that is requested; invalid_value names everything that is wrong with the request.
[[nodiscard]] result<Window> make_window(const WindowRequest& request, Timestamp now);

}  // namespace curt::visits
