#include "app/doctor/checks/settings_check.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "curt/base/units.hpp"

#include "app/wiring/options.hpp"

namespace curt::app {
namespace {

constexpr std::array<std::string_view, 2> kOfKeys{"public_shorten", "public_aliases"};
constexpr std::array<std::string_view, 11> kOfPostgres{"migrate_database_url",   "migrate_database_url_file",
                                                       "db_pool_size",           "db_pool_min",
                                                       "db_connect_timeout",     "db_statement_timeout",
                                                       "db_queue_timeout",       "db_idle_timeout",
                                                       "db_prepared_statements", "instances",
                                                       "worker_listen"};
constexpr std::array<std::string_view, 1> kOfSqlite{"db_readers"};
constexpr std::array<std::string_view, 5> kOfRedis{"redis_ca_file", "redis_timeout", "redis_ttl",
                                                   "visit_stream_length", "visit_stream_bytes"};

/// Names those of the settings that are given, although they do nothing.
void note_idle(const SettingsReading& reading, std::span<const std::string_view> names,
               std::string_view without, Findings& findings) {
  std::vector<std::string> idle;
  for (const std::string_view name : names) {
    if (const auto given = reading.given.find(name); given != reading.given.end())
      idle.push_back(given->second);
  }
  if (!idle.empty()) findings.note(fmt::format("{} without effect {}", fmt::join(idle, ", "), without));
}

void say_where_they_come_from(const SettingsReading& reading, Findings& findings) {
  const auto from = [&reading](std::string_view prefix) {
    return std::ranges::count_if(reading.given,
                                 [prefix](const auto& one) { return one.second.starts_with(prefix); });
  };
  const auto flags = from("--");
  const auto variables = from("CURT_");
  const auto in_file = static_cast<std::ptrdiff_t>(reading.given.size()) - flags - variables;
  std::string file = "no file of settings is there";
  if (reading.file && reading.file_is_wrong) {
    file = fmt::format("none from {}, which cannot be used", reading.file->string());
  } else if (reading.file) {
    file = fmt::format("{} from {}", in_file, reading.file->string());
  }
  findings.ok(fmt::format("{}, {} from the environment, {} from flags; the others have their defaults", file,
                          variables, flags));
  const auto is_relative = [](const std::filesystem::path& path) { return path.is_relative(); };
  const Settings& settings = reading.settings;
  if (is_relative(settings.data_dir) || (settings.uses_sqlite() && is_relative(settings.sqlite_path()))) {
    std::error_code ignored;
    findings.ok(fmt::format("names of files begin in {}, as this command was called there",
                            std::filesystem::current_path(ignored).string()));
  }
}

void look_for_contradictions(const SettingsReading& reading, Findings& findings) {
  const Settings& settings = reading.settings;
  const bool has_redis = !settings.redis_url.empty();
  if (settings.uses_sqlite()) {
    note_idle(reading, kOfPostgres, "with SQLite", findings);
  } else {
    note_idle(reading, kOfSqlite, "with Postgres", findings);
  }
  if (!has_redis) note_idle(reading, kOfRedis, "without Redis", findings);
  if (settings.auth_mode() == AuthMode::open) {
    note_idle(reading, kOfKeys, "where no keys are asked for", findings);
  }
  if (has_redis && !settings.redis_ca_file.empty() && !settings.redis_url.starts_with("rediss:")) {
    findings.warn("CURT_REDIS_CA_FILE is named, and CURT_REDIS_URL is without TLS", "rediss:// is with TLS");
  }
  if (settings.uses_sqlite() && settings.instances > 1) {
    findings.warn(fmt::format("{} instances are meant, and a SQLite file is for one", settings.instances),
                  "CURT_DATABASE_URL=postgresql://… is for any number");
  }
  if (has_redis && settings.redis_timeout >= settings.redirect_deadline) {
    findings.warn(
        fmt::format("a Redis that hangs takes {}, which leaves a redirect no time to ask the database",
                    format_duration(settings.redis_timeout)),
        "CURT_REDIS_TIMEOUT has to be far below CURT_REDIRECT_DEADLINE");
  }
  if (settings.cache_bytes == 0) findings.note("the cache is off: every redirect asks Redis or the database");
  if (settings.stale_max < settings.cache_ttl) {
    findings.note(
        fmt::format("CURT_STALE_MAX ({}) is below CURT_CACHE_TTL ({}): with the database away, links are "
                    "served no longer than otherwise",
                    format_duration(settings.stale_max), format_duration(settings.cache_ttl)));
  }
}

/// Whether clients come through a proxy of which curt believes nothing, as far as settings tell: only one
/// that stands before it makes https of what curt speaks, and brings others to a machine of which no address
/// is reached.
bool has_unknown_proxy(const Settings& settings) {
  if (!settings.trusted_proxies.empty()) return false;
  return settings.base_url.starts_with("https://") ||
         (settings.is_loopback_only() && settings.reached_by_others());
}

void look_at_limits(const Settings& settings, Findings& findings) {
  if (quotas(settings).are_off()) return;
  if (has_unknown_proxy(settings)) {
    findings.warn(
        fmt::format("clients reach {} through a proxy, and none is trusted: to CURT_LIMIT_… all without an "
                    "API key are one client, that of the proxy's address",
                    settings.base_url),
        "CURT_TRUSTED_PROXIES has to name the proxy, which has to send X-Forwarded-For");
  }
  if (settings.redis_url.empty() && settings.instances > 1) {
    findings.note(
        fmt::format("each of {} instances counts clients by itself: together they let in as many times more "
                    "than CURT_LIMIT_… says",
                    settings.instances),
        "with CURT_REDIS_URL they count together");
  }
}

}  // namespace

void check_settings(const SettingsReading& reading, Findings& findings) {
  for (const SettingsError& error : reading.errors) findings.fail(error.message);
  if (!reading.errors.empty()) findings.note("what follows is looked at with the defaults in their place");
  say_where_they_come_from(reading, findings);
  for (const std::string& warning : reading.settings.warnings) findings.warn(warning);
  look_for_contradictions(reading, findings);
  look_at_limits(reading.settings, findings);
}

}  // namespace curt::app
