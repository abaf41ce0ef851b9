#include "app/settings/settings_checks.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "app/settings/settings_values.hpp"

namespace curt::app {
namespace {

using Complaint = std::optional<std::string>;

Complaint check_worker_redis(const Settings& settings, const SettingsLookup& lookup) {
  if (!settings.redis_url.empty()) return std::nullopt;
  return fmt::format(
      "{}: a worker takes visits from Redis; set CURT_REDIS_URL to where the instances have it",
      lookup.origin(*find_setting("redis_url")).where);
}

Complaint check_worker_database(const Settings& settings, const SettingsLookup& lookup) {
  if (!settings.uses_sqlite()) return std::nullopt;
  return fmt::format(
      "{}: a worker applies visits to Postgres; an instance with SQLite writes its visits by itself",
      lookup.origin(*find_setting("database_url")).where);
}

Complaint check_own_worker(const Settings& settings, const SettingsLookup& lookup) {
  if (!settings.with_worker || (!settings.redis_url.empty() && !settings.uses_sqlite())) return std::nullopt;
  return fmt::format(
      "{}: a worker takes visits from Redis to Postgres; without these two, visits go straight to the "
      "database and need none",
      lookup.origin(*find_setting("with_worker")).where);
}

Complaint check_metrics_listen(const Settings& settings, const SettingsLookup& lookup) {
  for (const ListenAddress& address : settings.metrics_listen) {
    const Setting& listen = *find_setting("listen");
    const Origin origin = lookup.origin(listen);
    const std::string other = origin.is_given() ? origin.where : listen.variable();
    if (const auto clash = clash_of(address, settings.listen, "in " + other)) {
      return fmt::format("{}: {} {}", lookup.origin(*find_setting("metrics_listen")).where,
                         to_string(address), *clash);
    }
  }
  return std::nullopt;
}

Complaint check_public_aliases(const Settings& settings, const SettingsLookup& lookup) {
  if (!settings.public_aliases || settings.public_shorten) return std::nullopt;
  return fmt::format(
      "{}: it lets those without a key choose codes of links that they may not create; set "
      "CURT_PUBLIC_SHORTEN=true too (or --public-shorten)",
      lookup.origin(*find_setting("public_aliases")).where);
}

Complaint check_open(const Settings& settings, const SettingsLookup& lookup) {
  if (settings.auth != AuthMode::open || settings.allow_open) return std::nullopt;
  const auto others = settings.reached_by_others();
  if (!others) return std::nullopt;
  return fmt::format(
      "{}: open lets anybody create and change links, and {}; set CURT_AUTH=keys, so that these need an API "
      "key, or CURT_ALLOW_OPEN=true (or --allow-open) if that is meant",
      lookup.origin(*find_setting("auth")).where, *others);
}

Complaint check_lists(const Settings& settings, const SettingsLookup& lookup) {
  if (!settings.allow_only || !settings.allowlist.empty()) return std::nullopt;
  return fmt::format("{}: it blocks every host that is not on a list of allowed ones; set CURT_ALLOWLIST too",
                     lookup.origin(*find_setting("allow_only")).where);
}

Complaint check_pool(const Settings& settings, const SettingsLookup& lookup) {
  if (settings.db_pool_min <= settings.db_pool_size) return std::nullopt;
  const Setting& least = *find_setting("db_pool_min");
  const Setting& most = *find_setting("db_pool_size");
  // The one that is given is the wrong one.
  const Origin origin = lookup.origin(lookup.origin(least).is_given() ? least : most);
  return fmt::format("{}: db_pool_min ({}) is more than db_pool_size ({})", origin.where,
                     settings.db_pool_min, settings.db_pool_size);
}

/// What several settings keep together.
struct Rule {
  enum class For : std::uint8_t { worker, all_others, serving };

  For commands{};
  std::array<std::string_view, 5> settings{};  ///< that it looks at
  Complaint (*check)(const Settings&, const SettingsLookup&) = nullptr;

  [[nodiscard]] bool holds_for(Command command) const {
    const bool serves = command == Command::serve || command == Command::doctor;
    if (commands == For::serving) return serves;
    return (commands == For::worker) == (command == Command::worker);
  }
  [[nodiscard]] bool looks_at_any(const std::set<std::string_view>& names) const {
    return std::ranges::any_of(settings, [&](std::string_view name) { return names.contains(name); });
  }
};

// clang-format off
constexpr std::array kRules{
    Rule{Rule::For::worker, {"redis_url", "redis_url_file"}, check_worker_redis},
    Rule{Rule::For::worker, {"database_url", "database_url_file"}, check_worker_database},
    Rule{Rule::For::all_others, {"allow_only", "allowlist"}, check_lists},
    Rule{Rule::For::all_others, {"with_worker", "redis_url", "redis_url_file", "database_url", "database_url_file"}, check_own_worker},
    Rule{Rule::For::serving, {"metrics_listen", "listen"}, check_metrics_listen},
    Rule{Rule::For::serving, {"public_aliases", "public_shorten"}, check_public_aliases},
    Rule{Rule::For::serving, {"auth", "allow_open", "listen", "base_url", "trusted_proxies"}, check_open},
    Rule{Rule::For::serving, {"db_pool_min", "db_pool_size"}, check_pool},
};
// clang-format on

}  // namespace

std::vector<std::string> check_together(Command command, const Settings& settings,
                                        const SettingsLookup& lookup,
                                        const std::set<std::string_view>& wrong) {
  std::vector<std::string> complaints;
  for (const Rule& rule : kRules) {
    if (!rule.holds_for(command) || rule.looks_at_any(wrong)) continue;
    if (auto complaint = rule.check(settings, lookup)) complaints.push_back(*std::move(complaint));
  }
  return complaints;
}

}  // namespace curt::app
