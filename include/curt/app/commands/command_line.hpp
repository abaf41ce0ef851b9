#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <variant>
#include <vector>

#include "curt/access/key_service.hpp"
#include "curt/app/settings/settings.hpp"
#include "curt/domain/key_id.hpp"
#include "curt/domain/short_code.hpp"

namespace curt::app {

/// curt serve
struct ServeCommand {};

/// curt migrate
struct MigrateCommand {
  bool dry_run = false;  ///< say what would be done and do nothing
};

/// curt worker
struct WorkerCommand {};

/// curt maintain
struct MaintainCommand {};

/// curt import FILE
struct ImportCommand {
  std::string file;                         ///< "-" is the standard input
  std::filesystem::path rejects;            ///< where rejected lines go
  bool names_rejects = false;               ///< the user has said where
  std::optional<std::uint32_t> batch_size;  ///< links a transaction; none: as many as BatchSize finds
  std::vector<std::string> columns;         ///< what --map says, such as "code=1,url=2"
  bool urls = false;                        ///< every line is a URL, whatever it looks like
  std::string domain;                       ///< only links of this host; empty for all
  std::string dates;           ///< of 05/06/2025: "day-first" or "month-first"; empty: nobody knows
  bool dry_run = false;        ///< say what would be imported and do nothing
  bool skip_invalid = false;   ///< rejected lines do not change the exit status
  bool progress = true;        ///< a progress bar, where there is a terminal
  std::optional<KeyId> owner;  ///< of the links whose lines name none
};

enum class ExportFormat : std::uint8_t {
  csv,                   ///< everything, to be imported
  csv_for_spreadsheets,  ///< everything, to be looked at in a spreadsheet
  ndjson,                ///< everything, to be imported
};

/// curt export
struct ExportCommand {
  ExportFormat format = ExportFormat::csv;
  std::optional<std::filesystem::path> output;  ///< nothing: the standard output
};

/// curt health
struct HealthCommand {
  std::string url;  ///< http, of the path that answers whether the service is well
  std::chrono::milliseconds timeout{2000};
};

/// curt doctor
struct DoctorCommand {
  SettingsReading reading;  ///< of the settings of `curt serve`
  bool json = false;        ///< for scripts
};

/// curt keys create
struct CreateKeyCommand {
  access::KeyDraft draft;
};

/// curt keys list
struct ListKeysCommand {
  bool json = false;  ///< one object a line, as the API shows a key
};

/// curt keys revoke ID
struct RevokeKeyCommand {
  KeyId id;
};

/// curt keys rotate ID
struct RotateKeyCommand {
  KeyId id;
  std::chrono::seconds grace = access::kGrace;
};

/// curt keys generate
struct GenerateKeyCommand {};

/// What links have to be like; all of it together.
struct LinkConditions {
  std::vector<std::string> tags;
  std::string text;               ///< as ListQuery::text
  std::optional<ShortCode> code;  ///< nothing: any
};

/// curt links give
struct GiveLinksCommand {
  std::optional<KeyId> from;  ///< whose they are; nothing: nobody's
  KeyId to;
  LinkConditions where;
  bool dry_run = false;  ///< say how many and do nothing
};

/// curt blocklist check [URL...]
struct CheckBlocklistCommand {
  std::vector<std::string> urls;  ///< none: only the lists are read
};

/// What the user wants done, with settings that are checked, but for `curt doctor`,
/// which tells what is wrong with them.
struct Invocation {
  Settings settings;
  std::variant<ServeCommand, WorkerCommand, MigrateCommand, MaintainCommand, ImportCommand, ExportCommand,
               HealthCommand, DoctorCommand, CreateKeyCommand, ListKeysCommand, RevokeKeyCommand,
               RotateKeyCommand, GenerateKeyCommand, GiveLinksCommand, CheckBlocklistCommand>
      command;
};

/// Nothing is left to do but to print these and to exit: help, the version, or an error.
struct Exit {
  int status = 0;  ///< 0 done, 2 wrong usage or settings
  std::string out;
  std::string err;
};

/// Exit status of wrong usage and wrong settings.
inline constexpr int kWrongUsage = 2;

/// Reads the arguments (the program's name first), the environment and the file of settings. `default_config`
/// is the file that is read where none is named. Reads nothing else but files that hold URLs, and prints
/// nothing.
[[nodiscard]] std::variant<Invocation, Exit> parse_command_line(
    std::span<const char* const> arguments, const Environment& environment,
    const std::filesystem::path& default_config = "config/curt.toml");

}  // namespace curt::app
