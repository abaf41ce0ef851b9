#pragma once

#include <functional>
#include <map>
#include <string>

#include <CLI/CLI.hpp>

#include "curt/app/commands/command_line.hpp"

#include "app/commands/key_arguments.hpp"

namespace curt::app {

/// The arguments as CLI11 reads them: the subcommands, their own options, and a flag for each of their
/// settings, all as texts. It knows shapes and names; what the values mean is checked by others.
class CommandLineApp {
 public:
  CommandLineApp();
  CommandLineApp(const CommandLineApp&) = delete;  // CLI11 keeps references to the members
  CommandLineApp& operator=(const CommandLineApp&) = delete;

  /// The subcommand that was named, such as `create` below `keys`; null if there is none. One that has
  /// subcommands of its own is named where none of these is.
  [[nodiscard]] const CLI::App* named() const;

  /// A subcommand with those that it is below, such as "curt keys create".
  [[nodiscard]] static std::string full_name(const CLI::App& subcommand);

  /// Flags of settings of a subcommand as they were given, by name of the setting; throws CLI::ParseError
  /// where one that takes a single value was given several times.
  [[nodiscard]] static std::map<std::string, std::string, std::less<>> setting_flags(
      const CLI::App& subcommand);

  CLI::App app{"A self-hosted URL shortener.", "curt"};
  CLI::App* serve;
  CLI::App* worker;
  CLI::App* migrate;
  CLI::App* maintain;
  CLI::App* import_links;
  CLI::App* export_links;
  CLI::App* health;
  CLI::App* doctor;
  CLI::App* keys = nullptr;  ///< has subcommands
  CLI::App* create_key = nullptr;
  CLI::App* list_keys = nullptr;
  CLI::App* revoke_key = nullptr;
  CLI::App* rotate_key = nullptr;
  CLI::App* generate_key = nullptr;
  CLI::App* links = nullptr;  ///< has subcommands
  CLI::App* give_links = nullptr;
  CLI::App* blocklist = nullptr;  ///< has subcommands
  CLI::App* check_blocklist = nullptr;
  CLI::App* version;

  std::string config_file;
  MigrateCommand migrate_options;
  ImportCommand import_options;
  bool no_progress = false;
  std::string rejects;
  std::string export_format = "csv";
  bool for_spreadsheets = false;
  std::string output;
  std::string health_url;
  std::string health_timeout = "2s";
  bool doctor_json = false;
  std::string import_owner;
  KeyTexts key_texts;
  bool list_json = false;
  GiveTexts give_texts;
  CheckBlocklistCommand check_options;

 private:
  CLI::App* add_plain(CLI::App& parent, std::string name, std::string description);
  CLI::App* add_group(std::string name, std::string description);
  CLI::App* add_command(CLI::App& parent, std::string name, std::string description, Command command);
  void add_keys();
  void add_links();
  void add_blocklist();
};

}  // namespace curt::app
