#include "app/settings/settings_checks.hpp"

#include <fmt/format.h>

#include "app/settings/settings_values.hpp"

namespace curt::app {
namespace {

std::optional<std::string> check_worker(const Settings& settings, const SettingsLookup& lookup) {
  if (settings.redis_url.empty()) {
    return fmt::format(
        "{}: a worker takes visits from Redis; set CURT_REDIS_URL to where the instances have it",
        lookup.origin(*find_setting("redis_url")).where);
  }
  if (settings.uses_sqlite()) {
    return fmt::format(
        "{}: a worker applies visits to Postgres; an instance with SQLite writes its visits by itself",
        lookup.origin(*find_setting("database_url")).where);
  }
  return std::nullopt;
}

/// Who may do what on a service that listens there.
std::optional<std::string> check_access(const Settings& settings, const SettingsLookup& lookup) {
  for (const ListenAddress& address : settings.metrics_listen) {
    const Setting& listen = *find_setting("listen");
    const Origin origin = lookup.origin(listen);
    const std::string other = origin.is_given() ? origin.where : listen.variable();
    if (const auto clash = clash_of(address, settings.listen, "in " + other)) {
      return fmt::format("{}: {} {}", lookup.origin(*find_setting("metrics_listen")).where,
                         to_string(address), *clash);
    }
  }
  if (settings.public_aliases && !settings.public_shorten) {
    return fmt::format(
        "{}: it lets those without a key choose codes of links that they may not create; set "
        "CURT_PUBLIC_SHORTEN=true too (or --public-shorten)",
        lookup.origin(*find_setting("public_aliases")).where);
  }
  if (settings.auth != AuthMode::open || settings.allow_open) return std::nullopt;
  const auto others = settings.reached_by_others();
  if (!others) return std::nullopt;
  return fmt::format(
      "{}: open lets anybody create and change links, and {}; set CURT_AUTH=keys, so that these need an API "
      "key, or CURT_ALLOW_OPEN=true (or --allow-open) if that is meant",
      lookup.origin(*find_setting("auth")).where, *others);
}

std::optional<std::string> check_lists(const Settings& settings, const SettingsLookup& lookup) {
  if (!settings.allow_only || !settings.allowlist.empty()) return std::nullopt;
  return fmt::format("{}: it blocks every host that is not on a list of allowed ones; set CURT_ALLOWLIST too",
                     lookup.origin(*find_setting("allow_only")).where);
}

std::optional<std::string> check_pool(const Settings& settings, const SettingsLookup& lookup) {
  if (settings.db_pool_min <= settings.db_pool_size) return std::nullopt;
  const Setting& least = *find_setting("db_pool_min");
  const Setting& most = *find_setting("db_pool_size");
  // The one that is given is the wrong one.
  const Origin origin = lookup.origin(lookup.origin(least).is_given() ? least : most);
  return fmt::format("{}: db_pool_min ({}) is more than db_pool_size ({})", origin.where,
                     settings.db_pool_min, settings.db_pool_size);
}

}  // namespace

std::optional<std::string> check_together(Command command, const Settings& settings,
                                          const SettingsLookup& lookup) {
  if (command == Command::worker) return check_worker(settings, lookup);
  if (auto wrong = check_lists(settings, lookup)) return wrong;
  if (settings.with_worker && (settings.redis_url.empty() || settings.uses_sqlite())) {
    return fmt::format(
        "{}: a worker takes visits from Redis to Postgres; without these two, visits go straight to the "
        "database "
        "and need none",
        lookup.origin(*find_setting("with_worker")).where);
  }
  const bool serves = command == Command::serve || command == Command::doctor;
  if (!serves) return std::nullopt;
  if (auto wrong = check_access(settings, lookup)) return wrong;
  return check_pool(settings, lookup);
}

}  // namespace curt::app
