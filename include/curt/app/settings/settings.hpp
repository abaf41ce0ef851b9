#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/system/result.hpp>

#include "curt/base/address.hpp"
#include "curt/base/logging.hpp"
#include "curt/limits/quota.hpp"
#include "curt/visits/batch/visit_ip.hpp"

namespace curt::app {

/// The subcommands that take settings; one bit each, so that a row of the table names the set of those that
/// use it.
enum class Command : std::uint16_t {
  serve = 1,
  migrate = 2,
  import_links = 4,
  export_links = 8,
  health = 16,
  worker = 32,
  maintain = 64,
  doctor = 128,      ///< uses all
  keys = 256,        ///< all below `curt keys` that ask the database
  links = 512,       ///< all below `curt links`
  blocklist = 1024,  ///< all below `curt blocklist`
};

/// Who may create, read and change links.
enum class AuthMode : std::uint8_t {
  open,  ///< everybody
  keys,  ///< whoever has a key that is allowed to
};

/// Where the value of a setting comes from.
enum class ValueSource : std::uint8_t {
  table,     ///< the default
  file,      ///< the file of settings
  variable,  ///< of the environment
  flag,
};

/// Every setting of curt with its type. What each means, its default and its bounds:
/// src/app/settings/service_settings.cpp and storage_settings.cpp. Fields that a command does not use have
/// their defaults.
struct Settings {
  using Duration = std::chrono::milliseconds;

  std::vector<ListenAddress> listen;          ///< at least one
  std::vector<ListenAddress> worker_listen;   ///< for `curt worker`; none for no listener
  std::vector<ListenAddress> metrics_listen;  ///< for /metrics and /health alone; none for no listener
  std::string base_url;          ///< scheme, host and port, as a browser writes them; no slash at the end
  std::optional<AuthMode> auth;  ///< nothing: auth_mode() has the default
  bool allow_open{};
  bool public_shorten{};
  bool public_aliases{};
  std::string admin_key_file;  ///< empty: none
  NetworkSet trusted_proxies;
  std::vector<std::string> cors_origins;  ///< origins as a browser sends them, or "*" alone; empty: none
  std::string root_redirect;              ///< empty: none
  std::uint32_t threads{};                ///< 0: as many as there are cores
  std::uint32_t max_connections{};

  limits::Quota limit_create;
  limits::Quota limit_api;
  limits::Quota limit_not_found;
  limits::Quota limit_failed_keys;
  limits::Quota limit_redirect;

  Duration head_timeout{};
  Duration body_timeout{};
  Duration idle_timeout{};
  Duration write_timeout{};
  std::optional<Duration> drain_delay;  ///< nothing: drain() has the default
  Duration shutdown_timeout{};
  Duration redirect_deadline{};
  Duration api_deadline{};

  std::uint32_t max_requests{};
  std::uint64_t max_body_bytes{};
  std::uint64_t max_unsent_bytes{};
  double client_share{};  ///< from 0 to 1; 0: all of it

  std::uint32_t code_length{};
  std::vector<std::string> blocklist;  ///< files and folders; none for no list
  std::vector<std::string> allowlist;  ///< the same
  bool allow_only{};
  bool refuse_shorteners{};
  bool refuse_confusable_hosts{};

  std::string database_url;               ///< sqlite:PATH or postgresql://…
  std::string database_url_file;          ///< where database_url was read from; empty: from no file
  std::string migrate_database_url;       ///< empty: database_url
  std::string migrate_database_url_file;  ///< where it was read from; empty: from no file
  std::uint32_t db_readers{};
  std::uint32_t db_pool_size{};
  std::uint32_t db_pool_min{};
  Duration db_connect_timeout{};
  Duration db_statement_timeout{};
  std::uint32_t db_queue_length{};
  Duration db_queue_timeout{};
  Duration db_idle_timeout{};
  bool db_prepared_statements{};
  std::uint32_t instances{};

  std::string redis_url;       ///< empty: none
  std::string redis_url_file;  ///< where it was read from; empty: from no file
  std::string redis_ca_file;   ///< empty: the system's
  Duration redis_timeout{};
  Duration redis_ttl{};

  std::uint64_t cache_bytes{};  ///< 0: no cache
  Duration cache_ttl{};
  Duration negative_ttl{};
  Duration stale_max{};

  std::string data_dir;                 ///< holds the folders of this process's visits
  std::optional<std::string> ring_dir;  ///< empty: data_dir; nothing: memory, where that is as safe
  std::uint32_t ring_records{};
  std::uint32_t visit_batch_size{};
  Duration visit_batch_interval{};
  std::uint64_t spool_bytes{};
  std::uint32_t visit_stream_length{};
  std::uint64_t visit_stream_bytes{};
  bool with_worker{};
  visits::VisitIp visit_ip{};
  std::uint32_t visit_raw_days{};
  std::uint32_t visit_hourly_days{};

  log::Level log_level{};
  log::Format log_format{};
  bool access_log{};

  ValueSource database_source{};      ///< of database_url, or of database_url_file where that is given
  std::filesystem::path config_file;  ///< the file of settings that was read; empty: none

  /// For the log once it is set up, such as environment variables that look like settings and are none.
  std::vector<std::string> warnings;

  /// Whether only this machine reaches the service.
  [[nodiscard]] bool is_loopback_only() const;

  /// Why other machines may change links of this service; nothing where every address of `listen` and
  /// base_url's host are this machine's own and no proxy is trusted. At those of metrics_listen nothing can
  /// be changed.
  [[nodiscard]] std::optional<std::string> reached_by_others() const;

  /// What holds: auth, or else open where allow_open is true or others do not reach this service, else keys.
  [[nodiscard]] AuthMode auth_mode() const;

  /// How long connections are still taken at the end: drain_delay, or else 5 s where other machines reach the
  /// service, and no time where none does.
  [[nodiscard]] Duration drain() const;

  /// Whether database_url names a SQLite file.
  [[nodiscard]] bool uses_sqlite() const;
  /// The file that it names.
  [[nodiscard]] std::filesystem::path sqlite_path() const;

  friend bool operator==(const Settings&, const Settings&) = default;
};

/// Why settings are refused: one line for the operator that names the setting and where its value came from.
/// Passwords in values are masked.
struct SettingsError {
  std::string message;
};

using SettingsResult = boost::system::result<Settings, SettingsError>;

/// Names and values of environment variables.
using Environment = std::map<std::string, std::string, std::less<>>;

/// The variables of this process whose names begin with CURT_. Call it before other threads start.
[[nodiscard]] Environment process_environment();

/// Where values come from, the strongest first: flags, environment, file, the table's defaults.
struct SettingsSources {
  std::map<std::string, std::string, std::less<>> flags;  ///< by name of the setting: "head_timeout"
  std::optional<std::filesystem::path> config_file;       ///< from --config; else CURT_CONFIG, else the next
  Environment environment;                                ///< an empty value counts as not set
  std::filesystem::path default_config = "config/curt.toml";  ///< read if it is there
};

/// Reads the settings that the command uses, and the files that hold URLs; checks each and then all together.
/// The file and the environment may hold settings of other commands, which are passed over.
[[nodiscard]] SettingsResult load_settings(Command command, const SettingsSources& sources);

/// What was found of the settings, right and wrong.
struct SettingsReading {
  Settings settings;  ///< those that are wrong have their defaults
  /// All that can be told; of bad TOML the first alone. For Command::doctor not those that `curt serve`
  /// passes over, which are warnings of the settings.
  std::vector<SettingsError> errors;
  std::optional<std::filesystem::path> file;  ///< is there
  bool file_is_wrong = false;  ///< cannot be read, or is bad TOML: then none of its settings is used
  std::map<std::string, std::string, std::less<>> given;  ///< by name, and where: "CURT_LISTEN"
};

/// As load_settings(), and goes on after what is wrong. The settings are checked together only where each
/// value alone is right.
[[nodiscard]] SettingsReading read_settings(Command command, const SettingsSources& sources);

/// Every setting at its default.
[[nodiscard]] Settings default_settings();

/// Called by `SettingsResult::value()` on an error; throws std::runtime_error with the message.
[[noreturn]] void throw_exception_from_error(const SettingsError& error, const boost::source_location& where);

}  // namespace curt::app
