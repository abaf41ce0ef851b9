#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace date {
class time_zone;  // NOLINT(readability-identifier-naming): the library names it so
}

namespace curt::visits {

/// A time zone of the IANA database, as the system keeps it. A small value; thread-safe.
class TimeZone {
 public:
  /// UTC, which needs no database.
  TimeZone() = default;

  /// The zone with this name, such as "Europe/Berlin"; nothing if the system has none, or no zones at all.
  /// The first call in a process reads the list of zones (some 20 ms), the first for a zone its file.
  [[nodiscard]] static std::optional<TimeZone> find(std::string_view name);

  /// Reads the list of zones ahead, so that no request has to wait for it.
  static void load();

  /// A time during which the zone's clocks differ from UTC by the same.
  struct Period {
    std::chrono::sys_seconds begin;
    std::chrono::sys_seconds end;
    std::chrono::seconds offset;  ///< local time minus UTC
  };
  [[nodiscard]] Period period_at(std::chrono::sys_seconds time) const;

  /// The date that the zone's clocks show.
  [[nodiscard]] std::chrono::local_days date_at(std::chrono::sys_seconds time) const;

  /// When the date begins: the first midnight if there are two, the end of the gap if there is none.
  [[nodiscard]] std::chrono::sys_seconds begin_of(std::chrono::local_days date) const;

 private:
  explicit TimeZone(const date::time_zone* zone) : zone_(zone) {}

  const date::time_zone* zone_ = nullptr;  ///< lives as long as the process; null is UTC
};

/// Writes the time as RFC 3339 on clocks that differ from UTC by the offset, cut to whole minutes:
/// 2026-03-29T03:00:00+02:00; Z where there is none.
[[nodiscard]] std::string to_rfc3339(std::chrono::sys_seconds time, std::chrono::seconds offset);

}  // namespace curt::visits
