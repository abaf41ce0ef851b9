#pragma once

#include <optional>
#include <string_view>

#include "curt/base/timestamp.hpp"
#include "curt/domain/error.hpp"

namespace curt::app {

/// Which part of 05/06/2025 is the day.
enum class DayOrder { unknown, day_first, month_first };

/// Reads a time as other shorteners, databases and spreadsheets write it: ISO 8601, RFC 2822, Unix time in
/// seconds (10 digits) or milliseconds (13), what JavaScript's Date gives, "May 2, 2025, 10:00 AM",
/// "02.05.2025 10:00" and the like. Nothing where the text says that there is no time: empty, "0", "null",
/// "never", "-", "0000-00-00 00:00:00".
///
/// A time without an offset is UTC, and a date without a time is its midnight. Years are 1970 to 9999. Where
/// `order` is unknown, a date with slashes is refused unless one of its parts can only be the day. What is
/// past the millisecond is cut off. Errors are about the field "time"; their words begin with a verb.
[[nodiscard]] result<std::optional<Timestamp>> parse_foreign_time(std::string_view given,
                                                                  DayOrder order = DayOrder::unknown);

}  // namespace curt::app
