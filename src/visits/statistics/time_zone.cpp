#include "curt/visits/statistics/time_zone.hpp"

#include <array>
#include <exception>
#include <fstream>
#include <string>
#include <unordered_map>

#include <date/tz.h>
#include <fmt/format.h>

#include "curt/base/timestamp.hpp"

namespace curt::visits {
namespace {

using std::chrono::local_days;
using std::chrono::seconds;
using std::chrono::sys_seconds;

/// Names that mean UTC, so that it is there on a system without zones.
constexpr std::array<std::string_view, 4> kUtc{"UTC", "Etc/UTC", "Z", "Zulu"};

/// The zones that old names stand for, such as Asia/Calcutta, which browsers still send. A system may have no
/// files under these names (Debian 13 has them in a package of their own, tzdata-legacy), but its database
/// names them in the lines "L <zone> <old name>" of this file (zic(8)).
const std::unordered_map<std::string, std::string>& zones_by_old_name() {
  static const auto zones = [] {
    std::unordered_map<std::string, std::string> read;
    std::ifstream file{"/usr/share/zoneinfo/tzdata.zi"};
    for (std::string line; std::getline(file, line);) {
      const std::size_t name = line.rfind(' ');
      if (line.starts_with("L ") && name > 2) read.emplace(line.substr(name + 1), line.substr(2, name - 2));
    }
    return read;
  }();
  return zones;
}

const date::time_zone* locate(const std::string& name) {
  try {
    const date::time_zone* zone = date::locate_zone(name);
    static_cast<void>(zone->get_info(date::sys_seconds{}));  // reads its file
    return zone;
  } catch (const std::exception&) {
    return nullptr;
  }
}

}  // namespace

std::optional<TimeZone> TimeZone::find(std::string_view name) {
  for (const std::string_view utc : kUtc) {
    if (name == utc) return TimeZone{};
  }
  // The zone of this machine says nothing about the zone of the reader.
  if (name == "localtime") return std::nullopt;
  const date::time_zone* zone = locate(std::string{name});
  if (zone == nullptr) {
    const auto old = zones_by_old_name().find(std::string{name});
    if (old != zones_by_old_name().end()) zone = locate(old->second);
  }
  if (zone == nullptr) return std::nullopt;
  return TimeZone{zone};
}

void TimeZone::load() {
  try {
    static_cast<void>(date::get_tzdb());
    static_cast<void>(zones_by_old_name());
  } catch (const std::exception&) {
    // Without zones there is still UTC, and every other name is refused.
  }
}

TimeZone::Period TimeZone::period_at(sys_seconds time) const {
  if (zone_ == nullptr) return {sys_seconds::min(), sys_seconds::max(), seconds{0}};
  const date::sys_info info = zone_->get_info(time);
  return {info.begin, info.end, info.offset};
}

local_days TimeZone::date_at(sys_seconds time) const {
  const auto local = time + period_at(time).offset;
  return local_days{std::chrono::floor<std::chrono::days>(local).time_since_epoch()};
}

sys_seconds TimeZone::begin_of(local_days date) const {
  const seconds midnight = date.time_since_epoch();
  if (zone_ == nullptr) return sys_seconds{midnight};
  return zone_->to_sys(date::local_seconds{midnight}, date::choose::earliest);
}

std::string to_rfc3339(sys_seconds time, seconds offset) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(offset);
  std::string text = curt::to_rfc3339(Timestamp{time + minutes});
  if (minutes.count() == 0) return text;
  text.pop_back();
  const auto size = std::chrono::abs(minutes).count();
  return text + fmt::format("{}{:02}:{:02}", minutes.count() < 0 ? '-' : '+', size / 60, size % 60);
}

}  // namespace curt::visits
