#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "app/settings/settings_table.hpp"

namespace curt::app {

// The rows of the settings table, in the order of the help, and the words that they are written with.

/// What decides who is served, how, and how much of it: server, access, limits, times, load, links.
[[nodiscard]] std::span<const Setting> service_settings();

/// Where data is kept, what is remembered and written: storage and cache, visits, logging.
[[nodiscard]] std::span<const Setting> storage_settings();

inline constexpr std::uint16_t kServe = static_cast<std::uint16_t>(Command::serve);
inline constexpr std::uint16_t kHealth = static_cast<std::uint16_t>(Command::health);
inline constexpr std::uint16_t kImport = static_cast<std::uint16_t>(Command::import_links);
inline constexpr std::uint16_t kExport = static_cast<std::uint16_t>(Command::export_links);
inline constexpr std::uint16_t kMigrate = static_cast<std::uint16_t>(Command::migrate);
inline constexpr std::uint16_t kWorker = static_cast<std::uint16_t>(Command::worker);
inline constexpr std::uint16_t kMaintain = static_cast<std::uint16_t>(Command::maintain);
inline constexpr std::uint16_t kKeys = static_cast<std::uint16_t>(Command::keys);
inline constexpr std::uint16_t kLinksOf = static_cast<std::uint16_t>(Command::links);
inline constexpr std::uint16_t kBlocklist = static_cast<std::uint16_t>(Command::blocklist);
inline constexpr std::uint16_t kTargets = kServe | kImport | kBlocklist;
inline constexpr std::uint16_t kStore =
    kServe | kImport | kExport | kMigrate | kWorker | kMaintain | kKeys | kLinksOf;

inline constexpr std::uint64_t kSecond = 1000;
inline constexpr std::uint64_t kMinute = 60 * kSecond;
inline constexpr std::uint64_t kHour = 60 * kMinute;
inline constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20U;
inline constexpr std::uint64_t kTebibyte = std::uint64_t{1} << 40U;

inline constexpr std::string_view kServer = "Server";
inline constexpr std::string_view kAccess = "Access";
inline constexpr std::string_view kLimits = "Limits of clients";
inline constexpr std::string_view kTimes = "Time limits";
inline constexpr std::string_view kLoad = "Load";
inline constexpr std::string_view kLinks = "Links";
inline constexpr std::string_view kStorage = "Storage and cache";
inline constexpr std::string_view kVisits = "Visits";
inline constexpr std::string_view kLogging = "Logging";

}  // namespace curt::app
