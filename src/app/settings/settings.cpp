#include "curt/app/settings/settings.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <set>
#include <stdexcept>
#include <system_error>

#include <boost/throw_exception.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "app/settings/settings_checks.hpp"
#include "app/settings/settings_file.hpp"
#include "app/settings/settings_lookup.hpp"
#include "app/settings/settings_table.hpp"
#include "app/settings/settings_text.hpp"
#include "app/settings/settings_urls.hpp"
#include "app/settings/url_file.hpp"

namespace curt::app {
namespace {

constexpr std::string_view kConfigVariable = "CURT_CONFIG";
constexpr std::string_view kSqlite = "sqlite:";

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
  std::set<std::string_view> wrong;
  const SettingsLookup lookup{sources, file.path, in_file->values};
  const auto refuse_value = [&](const Setting& setting, std::string message) {
    wrong.insert(setting.name);
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
    if (const auto why = setting.set(setting, origin.text, reading.settings)) {
      refuse_value(setting, fmt::format("{}: {}", origin.where, *why));
    }
    if (origin.is_given() && (setting.name == "database_url" || setting.name == "database_url_file")) {
      reading.settings.database_source = origin.source;
    }
    if (origin.is_given()) reading.given.emplace(setting.name, std::move(origin.where));
  }
  for (const UrlFileSetting& each : url_file_settings()) {
    const Setting& setting = *find_setting(each.name);
    if ((reading.settings.*each.file).empty() || !setting.used_by(command)) continue;
    if (const auto why = read_url(each, reading)) {
      refuse_value(setting, fmt::format("{}: {}", lookup.origin(setting).where, *why));
    }
  }
  // Values of a file that cannot be read are missing.
  if (!reading.file_is_wrong) {
    for (std::string& complaint : check_together(command, reading.settings, lookup, wrong)) {
      reading.errors.push_back({std::move(complaint)});
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
