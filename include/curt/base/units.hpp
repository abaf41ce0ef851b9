#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace curt {

/// Reads a whole number with a unit (ms, s, m, h, d), such as 500ms, 10s or 7d; a bare 0 needs none. Nothing
/// where the text is something else or does not fit.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

/// Writes a duration in the largest unit that leaves no rest, so that parse_duration gives it back.
[[nodiscard]] std::string format_duration(std::chrono::milliseconds duration);

/// Reads a number of bytes: bare, or with KB, MB, GB, TB (powers of 1000) or KiB, MiB, GiB, TiB (powers of
/// 1024), in any case. Nothing where the text is something else or does not fit.
[[nodiscard]] std::optional<std::uint64_t> parse_bytes(std::string_view text);

/// Writes a number of bytes in the largest unit of 1024 that leaves no rest, so that parse_bytes gives it
/// back.
[[nodiscard]] std::string format_bytes(std::uint64_t bytes);

/// Reads a JSON number (RFC 8259, section 6) that has no fraction, in whichever way it is written: 3600,
/// 3600.0 and 3.6e3 are one number. Exact, also past 2^53. Nothing where there is a fraction or it does not
/// fit.
[[nodiscard]] std::optional<std::int64_t> parse_json_integer(std::string_view number);

}  // namespace curt
