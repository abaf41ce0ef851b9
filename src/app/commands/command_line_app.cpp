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

  serve = add_command(app, "serve", "Run the HTTP service.", Command::serve);
  worker = add_command(app, "worker", "Apply visits from the Redis stream to the database.", Command::worker);
  migrate = add_command(app, "migrate", "Bring the database schema forward.", Command::migrate);
  migrate->add_flag("--dry-run", migrate_options.dry_run, "Only say what would be done.");

  maintain = add_command(app, "maintain", "Make and drop partitions, remove what is past its time.",
                         Command::maintain);

  import_links = add_command(app, "import", "Create links from a file.", Command::import_links);
  import_links
      ->add_option(
          "file", import_options.file,
          "A table with a line that names its columns, lines of code,url[,title] or of URLs, or JSON;\n"
          "also compressed (gzip, zstd); - is standard input. docs/moving.md tells more.")
      ->type_name("FILE")
      ->required();
  import_links->add_flag("--dry-run", import_options.dry_run,
                         "Show how the file is understood and what would be rejected, and do nothing.");
  import_links
      ->add_option("--map", import_options.columns,
                   "Which column is what, by its number or name: code=1,url=Landing page,clicks=none.")
      ->type_name("COLUMN=WHERE,...");
  import_links->add_flag("--urls", import_options.urls, "Every line is a URL, with all its commas.");
  import_links->add_option("--domain", import_options.domain, "Take only links of this host.\n[all]")
      ->type_name("HOST");
  import_links
      ->add_option("--dates", import_options.dates,
                   "What 05/06/2025 begins with: day-first or month-first.\n[such dates are rejected]")
      ->type_name("ORDER")
      ->check(CLI::IsMember({"day-first", "month-first"}).description(""));
  import_links->add_flag("--skip-invalid", import_options.skip_invalid,
                         "Exit with 0 although lines were rejected.");
  import_links
      ->add_option("--rejects", rejects,
                   "Where rejected lines go.\n[FILE.rejected, or curt-import.rejected; in CURT_DATA_DIR "
                   "where their folder is "
                   "read-only]")
      ->type_name("FILE");
  import_links
      ->add_option("--batch-size", import_options.batch_size,
                   "Links a transaction.\n[as many as are stored in 3 s; in 50 ms beside a service on a "
                   "SQLite file]")
      ->type_name("N")
      ->check(CLI::Range(1, 300'000).description(""));
  import_links->add_flag("--no-progress", no_progress, "Show no progress bar.");

  import_links
      ->add_option("--owner", import_owner, "The key that links belong to whose lines name no owner.\n[none]")
      ->type_name("ID");

  export_links = add_command(app, "export", "Write all links to a file.", Command::export_links);
  export_links
      ->add_option("--format", export_format,
                   "csv or ndjson, a JSON object a line. Both hold all that\nimport takes.\n[csv]")
      ->type_name("FORMAT")
      ->check(CLI::IsMember({"csv", "ndjson"}).description(""));
  export_links->add_flag(
      "--for-spreadsheets", for_spreadsheets,
      "Write CSV to be looked at in Excel and the like: a ' is put\nbefore each text that such "
      "a program would run as a formula,\nand it is written so that they read every letter. Without "
      "this,\ntexts are written as they are, formulas too. Such a file is not\nfor import, which "
      "would take the ' for a part of the text.");
  export_links->add_option("--output", output, "Where links go.\n[the standard output]")->type_name("FILE");

  health = add_command(app, "health", "Ask a running service whether it is well.", Command::health);
  health
      ->add_option("--url", health_url,
                   "What to ask.\n[/health at the first address of --metrics-listen, else of --listen]")
      ->type_name("URL");
  health->add_option("--timeout", health_timeout, "How long to wait for the answer.\n[2s]")
      ->type_name("DURATION");

  doctor = add_command(app, "doctor", "Look at everything that the settings name.", Command::doctor);
  doctor->add_flag("--json", doctor_json, "Print the findings as JSON.");

  add_keys();
  add_links();
  add_blocklist();
  version = add_plain(app, "version", "Show the version.");

  // After the subcommands, which would take it over.
  app.footer(
      "Settings come from flags, from environment variables (CURT_LISTEN for --listen) and from\n"
      "config/curt.toml, in this order. curt serve --help lists them.");
}

void CommandLineApp::add_keys() {
  keys = add_group("keys", "Make, list and end API keys.");
  create_key = add_command(*keys, "create", "Make a key and show it, once.", Command::keys);
  create_key->add_option("--name", key_texts.name, "What people call it.")->type_name("NAME")->required();
  create_key
      ->add_option(
          "--scopes", key_texts.scopes,
          "What it may do: links:read, links:write, stats:read, metrics:read,\nor admin, which is all.")
      ->type_name("SCOPE[,...]")
      ->required()
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  create_key->add_flag("--own", key_texts.own, "It sees and changes only the links that it has made.");
  create_key
      ->add_option("--expires", key_texts.expires,
                   "When it ends: after a time such as 90d, or at a DATE such as 2027-01-31\n(its beginning, "
                   "UTC) or 2027-01-31T18:00:00Z.\n[never]")
      ->type_name("90d|DATE");
  list_keys = add_command(*keys, "list", "Show all keys, without their secrets.", Command::keys);
  list_keys->add_flag("--json", list_json, "Print a JSON object for each, one a line.");
  revoke_key = add_command(*keys, "revoke", "End a key for good.", Command::keys);
  rotate_key = add_command(*keys, "rotate", "Give a key another secret and show it, once.", Command::keys);
  for (CLI::App* with_id : {revoke_key, rotate_key}) {
    with_id->add_option("id", key_texts.id, "The id of the key: 12 letters and digits.")
        ->type_name("ID")
        ->required();
  }
  rotate_key
      ->add_option("--grace", key_texts.grace, "How long the secret before stays good; 0 ends it now.\n[24h]")
      ->type_name("DURATION");
  generate_key = add_plain(*keys, "generate", "Print a key for CURT_ADMIN_KEY_FILE and store nothing.");
}

void CommandLineApp::add_links() {
  links = add_group("links", "Change who links belong to.");
  give_links =
      add_command(*links, "give", "Give links to a key: those that have no owner, or those of another one.",
                  Command::links);
  give_links->add_option("--to", give_texts.to, "The id of the key.")->type_name("ID")->required();
  give_links
      ->add_option(
          "--from", give_texts.from,
          "The id of the owner whose links they are: any id, also of a key that was revoked or is\nnot "
          "in this database.\n[those without an owner]")
      ->type_name("ID");
  give_links
      ->add_option(
          "--where", give_texts.where,
          "Which: tag=TAG, query=TEXT (part of code, target or title), code=CODE,\nor all. Of several, "
          "all must hold.")
      ->type_name("CONDITION...")
      ->required();
  give_links->add_flag("--dry-run", give_texts.dry_run, "Only say how many there are.");
}

void CommandLineApp::add_blocklist() {
  blocklist = add_group("blocklist", "Ask the lists of blocked and allowed hosts.");
  check_blocklist = add_command(
      *blocklist, "check", "Tell whether links to a URL are blocked, and by which line.", Command::blocklist);
  check_blocklist->add_option("url", check_options.urls, "URLs or hosts.\n[none: tell what the lists hold]")
      ->type_name("URL...");
}

const CLI::App* CommandLineApp::named() const {
  const CLI::App* found = nullptr;
  for (const CLI::App* at = &app;;) {
    const auto below = at->get_subcommands();
    if (below.empty()) return found;
    found = at = below.front();
  }
}

std::string CommandLineApp::full_name(const CLI::App& subcommand) {
  const CLI::App* parent = subcommand.get_parent();
  return parent == nullptr ? subcommand.get_name()
                           : fmt::format("{} {}", full_name(*parent), subcommand.get_name());
}

CLI::App* CommandLineApp::add_plain(CLI::App& parent, std::string name, std::string description) {
  CLI::App* subcommand = parent.add_subcommand(std::move(name), std::move(description));
  subcommand->set_help_flag("--help", "Show this and exit.");
  subcommand->allow_extras();
  return subcommand;
}

CLI::App* CommandLineApp::add_group(std::string name, std::string description) {
  CLI::App* group = add_plain(app, std::move(name), std::move(description));
  group->require_subcommand(0, 1);
  return group;
}

CLI::App* CommandLineApp::add_command(CLI::App& parent, std::string name, std::string description,
                                      Command command) {
  CLI::App* subcommand = add_plain(parent, std::move(name), std::move(description));
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
