#include "curt/app/commands/command_line.hpp"

#include <sstream>

#include <boost/url/parse.hpp>
#include <fmt/format.h>

#include "curt/base/json_string.hpp"
#include "curt/base/units.hpp"

#include "app/commands/command_line_app.hpp"
#include "app/commands/key_arguments.hpp"
#include "app/settings/settings_text.hpp"
#include "app/transfer/reading/form/column_choices.hpp"

namespace curt::app {
namespace {

using Outcome = std::variant<Invocation, Exit>;

/// One line about wrong usage; passwords in it are masked already.
Exit wrong_usage(std::string_view message) {
  Exit exit{.status = kWrongUsage, .out = {}, .err = "curt: "};
  log::append_terminal_safe(exit.err, message);
  exit.err += '\n';
  return exit;
}

Exit version_line() { return {.status = 0, .out = "curt " CURT_VERSION "\n", .err = {}}; }

/// CLI11 leaves two empty lines between its groups.
std::string tidy(std::string help) {
  for (std::size_t at = 0; (at = help.find("\n\n\n", at)) != std::string::npos;) help.erase(at, 1);
  return help;
}

Exit help_or_error(const CommandLineApp& line, const CLI::ParseError& error) {
  const std::string_view text{error.what()};
  if (error.get_exit_code() != 0) return wrong_usage(mask_passwords(text.substr(0, text.find('\n'))));
  std::ostringstream out;
  std::ostringstream err;
  line.app.exit(error, out, err);
  return {.status = 0, .out = tidy(out.str()), .err = {}};
}

std::vector<std::string> option_names(const CLI::App& subcommand) {
  std::vector<std::string> names;
  for (const CLI::Option* option : subcommand.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

/// What to say about an argument that nothing takes.
std::string not_understood(const CommandLineApp& line, const CLI::App* named, const std::string& argument) {
  const CLI::App& scope = named != nullptr ? *named : line.app;
  const std::string help = CommandLineApp::full_name(scope) + " --help";
  std::string kind = "unexpected argument";
  std::string shown = argument;
  std::vector<std::string> names;
  if (argument.size() > 1 && argument.front() == '-') {
    kind = "unknown option";
    shown = argument.substr(0, argument.find('='));
    names = option_names(scope);
  } else if (const auto subcommands = scope.get_subcommands({}); !subcommands.empty()) {
    kind = "unknown command";
    for (const CLI::App* subcommand : subcommands) names.push_back(subcommand->get_name());
  }
  if (shown.starts_with("curt_")) shown = "curt_…";  // perhaps a key
  const std::string near = nearest_name(shown, names);
  const std::string hint =
      near.empty() ? fmt::format("{} lists what there is", help) : "did you mean " + near + "?";
  return fmt::format("{} {}; {}", kind, mask_passwords(shown), hint);
}

/// The first argument that nothing takes.
std::optional<std::string> left_over(const CommandLineApp& line, const CLI::App* named) {
  for (const CLI::App* app = named != nullptr ? named : &line.app; app != nullptr; app = app->get_parent()) {
    if (const auto rest = app->remaining(); !rest.empty()) return rest.front();
  }
  return std::nullopt;
}

result<ImportCommand> import_command(const CommandLineApp& line) {
  ImportCommand command = line.import_options;
  if (!line.import_owner.empty()) {
    const auto owner = key_id_argument("--owner", line.import_owner);
    if (!owner) return owner.error();
    command.owner = *owner;
  }
  if (const auto columns = parse_column_choices(command.columns); !columns) return columns.error();
  if (command.urls && !command.columns.empty()) {
    return Error{ErrorCode::invalid_value, "--urls excludes --map: lines that are URLs have no columns"};
  }
  command.progress = !line.no_progress;
  if (!line.rejects.empty()) {
    command.rejects = line.rejects;
    command.names_rejects = true;
  } else {
    command.rejects = command.file == "-" ? "curt-import.rejected" : command.file + ".rejected";
  }
  return command;
}

result<ExportCommand> export_command(const CommandLineApp& line) {
  ExportCommand command;
  if (line.for_spreadsheets) {
    if (line.export_format != "csv") {
      return Error{ErrorCode::invalid_value, "--for-spreadsheets needs --format csv: no spreadsheet opens " +
                                                 line.export_format + " as a table"};
    }
    command.format = ExportFormat::csv_for_spreadsheets;
  } else if (line.export_format != "csv") {
    command.format = ExportFormat::ndjson;
  }
  if (!line.output.empty()) command.output = line.output;
  return command;
}

/// The URL of the whole /health on this machine: at metrics_listen where that is set. Nothing where the port
/// is not known beforehand.
std::optional<std::string> health_url(const Settings& settings) {
  ListenAddress address =
      settings.metrics_listen.empty() ? settings.listen.front() : settings.metrics_listen.front();
  if (address.port == 0) return std::nullopt;
  if (address.address.is_unspecified()) {
    address.address = address.address.is_v4()
                          ? boost::asio::ip::address{boost::asio::ip::address_v4::loopback()}
                          : boost::asio::ip::address{boost::asio::ip::address_v6::loopback()};
  }
  return fmt::format("http://{}/health", to_string(address));
}

std::variant<HealthCommand, Exit> health_command(const CommandLineApp& line, const Settings& settings) {
  HealthCommand command;
  const auto timeout = parse_duration(line.health_timeout);
  if (!timeout || timeout->count() == 0) {
    return wrong_usage("--timeout: " + refuse(line.health_timeout, "is not a duration such as 500ms or 2s"));
  }
  command.timeout = *timeout;
  if (line.health_url.empty()) {
    const auto url = health_url(settings);
    if (!url) return wrong_usage("--url is needed: the port to listen on is 0, which is any free one");
    command.url = *url;
    return command;
  }
  const auto parsed = boost::urls::parse_uri(line.health_url);
  if (!parsed || parsed->scheme_id() != boost::urls::scheme::http || parsed->encoded_host().empty()) {
    return wrong_usage("--url: " +
                       refuse(line.health_url, "is not a URL such as http://127.0.0.1:8080/health"));
  }
  command.url = line.health_url;
  return command;
}

Command command_of(const CommandLineApp& line, const CLI::App* named) {
  if (named == line.worker) return Command::worker;
  if (named == line.migrate) return Command::migrate;
  if (named == line.maintain) return Command::maintain;
  if (named == line.import_links) return Command::import_links;
  if (named == line.export_links) return Command::export_links;
  if (named == line.health) return Command::health;
  if (named->get_parent() == line.keys) return Command::keys;
  if (named->get_parent() == line.links) return Command::links;
  if (named->get_parent() == line.blocklist) return Command::blocklist;
  return Command::serve;
}

/// The command, or what is wrong with its arguments.
template <class T>
Outcome outcome_of(Settings settings, result<T> command) {
  if (!command) return wrong_usage(command.error().detail);
  return Invocation{std::move(settings), *std::move(command)};
}

Outcome key_command(const CommandLineApp& line, const CLI::App* named, Settings settings) {
  if (named == line.create_key) return outcome_of(std::move(settings), create_key_command(line.key_texts));
  if (named == line.revoke_key) return outcome_of(std::move(settings), revoke_key_command(line.key_texts));
  if (named == line.rotate_key) return outcome_of(std::move(settings), rotate_key_command(line.key_texts));
  return Invocation{std::move(settings), ListKeysCommand{line.list_json}};
}

/// The options of the command itself.
Outcome with_options(const CommandLineApp& line, const CLI::App* named, Settings settings) {
  switch (command_of(line, named)) {
    case Command::serve:
    case Command::doctor:  // which goes on with settings that are wrong
      break;
    case Command::worker:
      return Invocation{std::move(settings), WorkerCommand{}};
    case Command::maintain:
      return Invocation{std::move(settings), MaintainCommand{}};
    case Command::migrate:
      return Invocation{std::move(settings), line.migrate_options};
    case Command::import_links:
      return outcome_of(std::move(settings), import_command(line));
    case Command::export_links:
      return outcome_of(std::move(settings), export_command(line));
    case Command::health: {
      auto options = health_command(line, settings);
      if (auto* exit = std::get_if<Exit>(&options)) return std::move(*exit);
      return Invocation{std::move(settings), std::get<HealthCommand>(std::move(options))};
    }
    case Command::keys:
      return key_command(line, named, std::move(settings));
    case Command::links:
      return outcome_of(std::move(settings), give_links_command(line.give_texts));
    case Command::blocklist:
      return Invocation{std::move(settings), line.check_options};
  }
  return Invocation{std::move(settings), ServeCommand{}};
}

/// CLI11 would take the argument that follows for the value of "--listen=".
std::optional<std::string> option_without_value(std::span<const char* const> arguments) {
  for (const std::string_view argument : arguments) {
    if (argument.starts_with("--") && argument.size() > 2 && argument.find('=') == argument.size() - 1) {
      return fmt::format("{} has no value", argument.substr(0, argument.size() - 1));
    }
  }
  return std::nullopt;
}

}  // namespace

Outcome parse_command_line(std::span<const char* const> arguments, const Environment& environment,
                           const std::filesystem::path& default_config) {
  if (const auto wrong = option_without_value(arguments)) return wrong_usage(*wrong);

  CommandLineApp line;
  SettingsSources sources;
  const CLI::App* named = nullptr;
  try {
    line.app.parse(static_cast<int>(arguments.size()), arguments.data());
    named = line.named();
    if (const auto rest = left_over(line, named)) return wrong_usage(not_understood(line, named, *rest));
    if (named == nullptr || named == line.keys || named == line.links || named == line.blocklist) {
      return Exit{.status = kWrongUsage, .out = {}, .err = tidy(line.app.help())};
    }
    if (named == line.version) return version_line();
    if (named == line.generate_key) return Invocation{default_settings(), GenerateKeyCommand{}};
    sources.flags = CommandLineApp::setting_flags(*named);
  } catch (const CLI::ParseError& error) {
    return help_or_error(line, error);
  }
  if (!line.config_file.empty()) sources.config_file = line.config_file;
  sources.environment = environment;
  sources.default_config = default_config;

  if (named == line.doctor) {
    SettingsReading reading = read_settings(Command::doctor, sources);
    Settings settings = reading.settings;
    return Invocation{std::move(settings), DoctorCommand{std::move(reading), line.doctor_json}};
  }
  auto settings = load_settings(command_of(line, named), sources);
  if (!settings) return wrong_usage(settings.error().message);
  return with_options(line, named, std::move(*settings));
}

}  // namespace curt::app
