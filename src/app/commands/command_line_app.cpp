#include "app/commands/command_line_app.hpp"

#include <fmt/format.h>

#include "app/settings/settings_table.hpp"

namespace curt::app {
namespace {

constexpr std::size_t kNameColumn = 36;
constexpr std::size_t kProseWidth = 72;

/// Breaks prose into lines between words; CLI11 indents them.
std::string wrapped(std::string_view prose) {
  std::string text;
  while (prose.size() > kProseWidth) {
    const std::size_t space = prose.rfind(' ', kProseWidth);
    if (space == std::string_view::npos) break;
    text += prose.substr(0, space);
    text += '\n';
    prose.remove_prefix(space + 1);
  }
  return text.append(prose);
}

bool is_list(const Setting& setting) { return setting.placeholder.ends_with("[,...]"); }

void add_setting(CLI::App& subcommand, const Setting& setting) {
  CLI::Option* option = subcommand.add_option(setting.flag());
  option->description(
      fmt::format("{}\n[{}]  {}", wrapped(setting.prose), setting.default_text, setting.variable()));
  option->type_name(std::string{setting.placeholder});
  option->group(std::string{setting.group});
  option->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  setting.is_switch() ? option->expected(0, 1) : option->expected(1);
}

}  // namespace

CommandLineApp::CommandLineApp() {
  app.get_formatter()->column_width(kNameColumn);
  app.require_subcommand(0, 1);
  app.allow_extras();  // so that we say what was not understood, in our words
  app.set_help_flag("--help", "Show this and exit.");
  app.set_version_flag("--version", "curt " CURT_VERSION, "Show the version and exit.");

  serve = add_command("serve", "Run the HTTP service.", Command::serve);
  worker = add_command("worker", "Apply visits from the Redis stream to the database.", Command::worker);
  migrate = add_command("migrate", "Bring the database schema forward.", Command::migrate);
  migrate->add_flag("--dry-run", migrate_options.dry_run, "Only say what would be done.");

  maintain =
      add_command("maintain", "Make and drop partitions, remove what is past its time.", Command::maintain);

  import_links = add_command("import", "Create links from a file.", Command::import_links);
  import_links
      ->add_option("file", import_options.file,
                   "Lines of URL, or CSV of code,url[,title]; - is standard input.")
      ->type_name("FILE")
      ->required();
  import_links->add_flag("--skip-invalid", import_options.skip_invalid,
                         "Exit with 0 although lines were rejected.");
  import_links
      ->add_option("--rejects", rejects, "Where rejected lines go.\n[FILE.rejected, or curt-import.rejected]")
      ->type_name("FILE");
  import_links->add_option("--batch-size", import_options.batch_size, "Links a transaction.\n[1000]")
      ->type_name("N")
      ->check(CLI::Range(1, 10'000).description(""));
  import_links->add_flag("--no-progress", no_progress, "Show no progress bar.");

  export_links = add_command("export", "Write all links to a file.", Command::export_links);
  export_links
      ->add_option("--format", export_format,
                   "csv (code, url and title only) or ndjson (all but visit figures).\n[csv]")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"csv", "ndjson"}).description(""));
  export_links->add_option("--output", output, "Where links go.\n[the standard output]")->type_name("FILE");

  health = add_command("health", "Ask a running service whether it is well.", Command::health);
  health->add_option("--url", health_url, "What to ask.\n[/health at the first address of --listen]")
      ->type_name("URL");
  health->add_option("--timeout", health_timeout, "How long to wait for the answer.\n[2s]")
      ->type_name("DURATION");

  doctor = add_command("doctor", "Look at everything that the settings name.", Command::doctor);
  doctor->add_flag("--json", doctor_json, "Print the findings as JSON.");

  version = app.add_subcommand("version", "Show the version.");
  version->set_help_flag("--help", "Show this and exit.");
  version->allow_extras();

  // After the subcommands, which would take it over.
  app.footer(
      "Settings come from flags, from environment variables (CURT_LISTEN for --listen) and from\n"
      "config/curt.toml, in this order. curt serve --help lists them.");
}

const CLI::App* CommandLineApp::named() const {
  const auto named = app.get_subcommands();
  return named.empty() ? nullptr : named.front();
}

CLI::App* CommandLineApp::add_command(std::string name, std::string description, Command command) {
  CLI::App* subcommand = app.add_subcommand(std::move(name), std::move(description));
  subcommand->set_help_flag("--help", "Show this and exit.");
  subcommand->allow_extras();
  subcommand->footer(
      "In brackets are defaults, in capitals the environment variables. A flag is stronger than its "
      "variable,\n"
      "and that stronger than the file.");
  subcommand
      ->add_option("--config", config_file,
                   "The file of settings.\n[config/curt.toml, if it is there]  CURT_CONFIG")
      ->type_name("FILE");
  for (const Setting& setting : settings_table()) {
    if (setting.used_by(command)) add_setting(*subcommand, setting);
  }
  return subcommand;
}

std::map<std::string, std::string, std::less<>> CommandLineApp::setting_flags(const CLI::App& subcommand) {
  std::map<std::string, std::string, std::less<>> flags;
  for (const Setting& setting : settings_table()) {
    const CLI::Option* option = subcommand.get_option_no_throw(setting.flag());
    if (option == nullptr || option->count() == 0) continue;
    const auto& given = option->results();
    if (given.size() > 1 && !is_list(setting)) {
      throw CLI::ArgumentMismatch(fmt::format("{} is given {} times", setting.flag(), given.size()));
    }
    std::string text = fmt::format("{}", fmt::join(given, ","));
    if (setting.is_switch() && text.empty()) text = "true";
    flags.emplace(setting.name, std::move(text));
  }
  return flags;
}

}  // namespace curt::app
