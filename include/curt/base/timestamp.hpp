#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace curt {

/// A point in time as links carry it: UTC, in milliseconds since 1970.
using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;

/// The latest time that we accept: 9999-12-31T23:59:59.999Z, the end of RFC 3339.
inline constexpr Timestamp kLatestTimestamp{std::chrono::milliseconds{253'402'300'799'999}};

/// Reads an RFC 3339 date-time such as 2026-11-22T07:49:40Z or 2026-11-22t09:49:40.5+02:00 (section 5.6);
/// digits past the millisecond are cut off, and a leap second becomes the second after it. Nothing if it is
/// not one.
[[nodiscard]] std::optional<Timestamp> parse_rfc3339(std::string_view text);

/// Writes the time as RFC 3339 in UTC; milliseconds only where they are not zero, so that what was given
/// comes back.
[[nodiscard]] std::string to_rfc3339(Timestamp time);

}  // namespace curt
