#include "curt/app/settings/settings.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <stdexcept>
#include <system_error>

#include <boost/throw_exception.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "app/settings/settings_file.hpp"
#include "app/settings/settings_table.hpp"
#include "app/settings/settings_text.hpp"
#include "app/settings/settings_urls.hpp"
#include "app/settings/settings_values.hpp"
#include "app/settings/url_file.hpp"

namespace curt::app {
namespace {

constexpr std::string_view kConfigVariable = "CURT_CONFIG";
constexpr std::string_view kSqlite = "sqlite:";

/// The value of a variable; nothing where it is not set or empty, as it is when compose files pass on what is
/// not set.
const std::string* find_variable(const Environment& environment, std::string_view name) {
  const auto found = environment.find(name);
  return found == environment.end() || found->second.empty() ? nullptr : &found->second;
}

struct ConfigFile {
  std::filesystem::path path;
  std::string_view named_by;  ///< empty: the usual place, where it may be missing
};

ConfigFile config_file(const SettingsSources& sources) {
  if (sources.config_file) return {*sources.config_file, "--config"};
  if (const std::string* named = find_variable(sources.environment, kConfigVariable))
    return {*named, kConfigVariable};
  return {sources.default_config, {}};
}

boost::system::result<FileReading, SettingsError> values_of(const ConfigFile& file) {
  std::error_code failed;  // then reading it says why
  if (!std::filesystem::exists(file.path, failed) && !failed) {
    if (file.named_by.empty()) return FileReading{};
    return SettingsError{fmt::format("{}: there is no file {}", file.named_by, file.path.string())};
  }
  return read_settings_file(file.path);
}

struct Origin {
  std::string_view text;
  std::string where;  ///< "--listen", "CURT_LISTEN", "config/curt.toml:3: listen"
  ValueSource source = ValueSource::table;

  [[nodiscard]] bool is_given() const noexcept { return source != ValueSource::table; }
};

/// Looks a setting up in the sources, the strongest first.
class Lookup {
 public:
  Lookup(const SettingsSources& sources, const ConfigFile& file, const FileValues& values)
      : sources_(sources), file_name_(file.path.string()), values_(values) {}

  [[nodiscard]] Origin origin(const Setting& setting) const {
    if (const auto flag = sources_.flags.find(setting.name); flag != sources_.flags.end()) {
      return {flag->second, setting.flag(), ValueSource::flag};
    }
    if (const std::string* variable = find_variable(sources_.environment, setting.variable())) {
      return {*variable, setting.variable(), ValueSource::variable};
    }
    if (const auto entry = values_.find(setting.name); entry != values_.end()) {
      return {entry->second.text, fmt::format("{}:{}: {}", file_name_, entry->second.line, setting.name),
              ValueSource::file};
    }
    return {setting.default_text, std::string{setting.name}};
  }

 private:
  const SettingsSources& sources_;
  std::string file_name_;
  const FileValues& values_;
};

void warn_of_unknown_variables(const Environment& environment, Settings& settings) {
  std::vector<std::string> known{std::string{kConfigVariable}};
  for (const Setting& setting : settings_table()) known.push_back(setting.variable());
  for (const auto& [name, value] : environment) {
    if (!name.starts_with("CURT_") || std::ranges::find(known, name) != known.end()) continue;
    std::string warning = fmt::format("the environment variable {} is not a setting", name);
    if (const std::string near = nearest_name(name, known); !near.empty())
      warning += "; did you mean " + near + "?";
    settings.warnings.push_back(std::move(warning));
  }
}

/// A secret that did not resolve must not go unnoticed.
void warn_of_empty_database(const Environment& environment, Settings& settings) {
  const auto found = environment.find("CURT_DATABASE_URL");
  if (found == environment.end() || !found->second.empty() || !settings.database_url_file.empty()) return;
  settings.warnings.push_back("CURT_DATABASE_URL is empty, which counts as not set; the database is " +
                              mask_passwords(settings.database_url));
}

std::optional<std::string> check_worker(const Settings& settings, const Lookup& lookup) {
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
std::optional<std::string> check_access(const Settings& settings, const Lookup& lookup) {
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

std::optional<std::string> check_lists(const Settings& settings, const Lookup& lookup) {
  if (!settings.allow_only || !settings.allowlist.empty()) return std::nullopt;
  return fmt::format("{}: it blocks every host that is not on a list of allowed ones; set CURT_ALLOWLIST too",
                     lookup.origin(*find_setting("allow_only")).where);
}

std::optional<std::string> check_pool(const Settings& settings, const Lookup& lookup) {
  if (settings.db_pool_min <= settings.db_pool_size) return std::nullopt;
  const Setting& least = *find_setting("db_pool_min");
  const Setting& most = *find_setting("db_pool_size");
  // The one that is given is the wrong one.
  const Origin origin = lookup.origin(lookup.origin(least).is_given() ? least : most);
  return fmt::format("{}: db_pool_min ({}) is more than db_pool_size ({})", origin.where,
                     settings.db_pool_min, settings.db_pool_size);
}

/// What no setting alone shows.
std::optional<std::string> check_together(Command command, const Settings& settings, const Lookup& lookup) {
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

/// Takes the URL from its file.
std::optional<std::string> read_url(const UrlFileSetting& setting, SettingsReading& reading) {
  if (const auto plain = reading.given.find(setting.plain); plain != reading.given.end()) {
    return fmt::format("{} is given too; one of the two has to go", plain->second);
  }
  auto url = read_url_file(setting, reading.settings.*setting.file);
  if (!url) return url.error().detail;
  reading.settings.*setting.url = *std::move(url);
  return std::nullopt;
}

}  // namespace

bool Settings::is_loopback_only() const { return std::ranges::all_of(listen, &ListenAddress::is_loopback); }

std::optional<std::string> Settings::reached_by_others() const {
  const auto other = std::ranges::find_if_not(listen, &ListenAddress::is_loopback);
  if (other != listen.end()) return fmt::format("{} is reached from other machines", to_string(*other));
  if (!is_loopback_origin(base_url)) return fmt::format("{} (base_url) is not this machine alone", base_url);
  if (!trusted_proxies.empty()) return "requests come through a proxy (trusted_proxies)";
  return std::nullopt;
}

AuthMode Settings::auth_mode() const {
  if (auth) return *auth;
  return allow_open || !reached_by_others() ? AuthMode::open : AuthMode::keys;
}

Settings::Duration Settings::drain() const {
  // Load balancers ask /health/ready every few seconds.
  constexpr std::chrono::seconds kUsual{5};
  return drain_delay.value_or(is_loopback_only() ? Duration{} : kUsual);
}

bool Settings::uses_sqlite() const { return database_url.starts_with(kSqlite); }

std::filesystem::path Settings::sqlite_path() const { return database_url.substr(kSqlite.size()); }

Environment process_environment() {
  Environment found;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view variable{*entry};
    const std::size_t equals = variable.find('=');
    if (equals == std::string_view::npos || !variable.starts_with("CURT_")) continue;
    found.emplace(variable.substr(0, equals), variable.substr(equals + 1));
  }
  return found;
}

SettingsReading read_settings(Command command, const SettingsSources& sources) {
  SettingsReading reading;
  reading.settings = default_settings();
  const ConfigFile file = config_file(sources);
  auto in_file = values_of(file);
  std::error_code ignored;
  if (std::filesystem::exists(file.path, ignored)) {
    reading.file = file.path;
    reading.settings.config_file = file.path;
  }
  if (!in_file) {
    reading.errors.push_back(in_file.error());
    reading.file_is_wrong = true;
    in_file = FileReading{};
  }
  std::ranges::copy(in_file->errors, std::back_inserter(reading.errors));
  const std::size_t errors_of_file = reading.errors.size();
  const Lookup lookup{sources, file, in_file->values};
  const auto refuse_value = [&](const Setting& setting, std::string message) {
    if (command == Command::doctor && !setting.used_by(Command::serve)) {
      message += "; `curt serve` passes it over, and a command that uses it would not start";
      reading.settings.warnings.push_back(std::move(message));
    } else {
      reading.errors.push_back({std::move(message)});
    }
  };
  for (const Setting& setting : settings_table()) {
    if (!setting.used_by(command)) continue;
    Origin origin = lookup.origin(setting);
    if (const auto wrong = setting.set(setting, origin.text, reading.settings)) {
      refuse_value(setting, fmt::format("{}: {}", origin.where, *wrong));
    }
    if (origin.is_given() && (setting.name == "database_url" || setting.name == "database_url_file")) {
      reading.settings.database_source = origin.source;
    }
    if (origin.is_given()) reading.given.emplace(setting.name, std::move(origin.where));
  }
  for (const UrlFileSetting& each : url_file_settings()) {
    const Setting& setting = *find_setting(each.name);
    if ((reading.settings.*each.file).empty() || !setting.used_by(command)) continue;
    if (const auto wrong = read_url(each, reading)) {
      refuse_value(setting, fmt::format("{}: {}", lookup.origin(setting).where, *wrong));
    }
  }
  // A wrong value has been replaced by its default, and values of a file that cannot be read are missing.
  if (!reading.file_is_wrong && reading.errors.size() == errors_of_file) {
    if (auto wrong = check_together(command, reading.settings, lookup)) {
      reading.errors.push_back({std::move(*wrong)});
    }
  }
  warn_of_unknown_variables(sources.environment, reading.settings);
  warn_of_empty_database(sources.environment, reading.settings);
  return reading;
}

SettingsResult load_settings(Command command, const SettingsSources& sources) {
  SettingsReading reading = read_settings(command, sources);
  if (!reading.errors.empty()) return std::move(reading.errors.front());
  return std::move(reading.settings);
}

Settings default_settings() {
  Settings settings;
  for (const Setting& setting : settings_table()) {
    if (const auto wrong = setting.set(setting, setting.default_text, settings)) {
      throw std::logic_error(fmt::format("the default of {}: {}", setting.name, *wrong));
    }
  }
  return settings;
}

void throw_exception_from_error(const SettingsError& error, const boost::source_location& where) {
  boost::throw_exception(std::runtime_error(error.message), where);
}

}  // namespace curt::app
