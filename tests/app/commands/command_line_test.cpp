#include "curt/app/commands/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/settings/settings_table.hpp"

namespace curt::app {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

using Outcome = std::variant<Invocation, Exit>;

Outcome parse(std::vector<const char*> arguments, const Environment& environment = {}) {
  arguments.insert(arguments.begin(), "curt");
  return parse_command_line(arguments, environment, "/nowhere/curt.toml");
}

Invocation invocation(std::vector<const char*> arguments, const Environment& environment = {}) {
  Outcome outcome = parse(std::move(arguments), environment);
  if (const auto* exit = std::get_if<Exit>(&outcome)) {
    ADD_FAILURE() << exit->err << exit->out;
    return {};
  }
  return std::get<Invocation>(std::move(outcome));
}

template <class T>
T command(std::vector<const char*> arguments, const Environment& environment = {}) {
  const Invocation found = invocation(std::move(arguments), environment);
  const T* wanted = std::get_if<T>(&found.command);
  EXPECT_NE(wanted, nullptr) << "another command";
  return wanted != nullptr ? *wanted : T{};
}

Exit exit_of(std::vector<const char*> arguments, const Environment& environment = {}) {
  Outcome outcome = parse(std::move(arguments), environment);
  if (!std::holds_alternative<Exit>(outcome)) {
    ADD_FAILURE() << "went on";
    return {};
  }
  return std::get<Exit>(std::move(outcome));
}

/// The one line of an error, without the program's name.
std::string error(std::vector<const char*> arguments, const Environment& environment = {}) {
  const Exit exit = exit_of(std::move(arguments), environment);
  EXPECT_EQ(exit.status, 2);
  EXPECT_EQ(exit.out, "");
  EXPECT_THAT(exit.err, StartsWith("curt: "));
  EXPECT_EQ(exit.err.find('\n'), exit.err.size() - 1) << "one line: " << exit.err;
  return exit.err.size() < 7 ? exit.err : exit.err.substr(6, exit.err.size() - 7);
}

TEST(CommandLine, BlocklistCheckTakesUrlsAndTheSettingsOfLists) {
  const Invocation found =
      invocation({"blocklist", "check", "https://a.example/", "b.example", "--blocklist", "x, lists"});
  EXPECT_THAT(found.settings.blocklist, testing::ElementsAre("x", "lists"));
  ASSERT_TRUE(std::holds_alternative<CheckBlocklistCommand>(found.command));
  EXPECT_THAT(std::get<CheckBlocklistCommand>(found.command).urls,
              testing::ElementsAre("https://a.example/", "b.example"));
  EXPECT_THAT(command<CheckBlocklistCommand>({"blocklist", "check"}).urls, testing::IsEmpty());
  EXPECT_EQ(exit_of({"blocklist"}).status, 2);
  EXPECT_THAT(error({"blocklist", "check", "--allow-only"}),
              testing::AllOf(HasSubstr("--allow-only"), HasSubstr("CURT_ALLOWLIST")));
}

TEST(CommandLine, ServeTakesSettingsFromFlagsAndEnvironment) {
  const Invocation found = invocation({"serve", "--threads=3", "--head-timeout", "2s"},
                                      {{"CURT_THREADS", "7"}, {"CURT_CODE_LENGTH", "9"}, {"CURT_CODE", "1"}});
  EXPECT_TRUE(std::holds_alternative<ServeCommand>(found.command));
  EXPECT_EQ(found.settings.threads, 3U);
  EXPECT_EQ(found.settings.head_timeout, 2s);
  EXPECT_EQ(found.settings.code_length, 9U);
  EXPECT_EQ(found.settings.warnings.size(), 1U);
}

TEST(CommandLine, SwitchesNeedNoValue) {
  EXPECT_TRUE(invocation({"serve", "--allow-open", "--listen", ":80"}).settings.allow_open);
  EXPECT_TRUE(invocation({"serve", "--listen", ":80", "--allow-open"}).settings.allow_open);
  EXPECT_TRUE(
      invocation({"worker", "--allow-open", "--redis-url", "redis://a", "--database-url", "postgresql://a/b"})
          .settings.allow_open);
  EXPECT_FALSE(invocation({"serve", "--access-log=off"}).settings.access_log);
  EXPECT_FALSE(invocation({"serve", "--access-log", "no"}).settings.access_log);
  EXPECT_TRUE(invocation({"serve", "--access-log"}, {{"CURT_ACCESS_LOG", "off"}}).settings.access_log);
}

TEST(CommandLine, ListsAreGivenOnceWithCommasOrSeveralTimes) {
  EXPECT_EQ(invocation({"serve", "--listen", "127.0.0.1:1,[::1]:2"}).settings.listen.size(), 2U);
  EXPECT_EQ(invocation({"serve", "--listen", "127.0.0.1:1", "--listen=[::1]:2"}).settings.listen.size(), 2U);
  EXPECT_EQ(error({"serve", "--threads", "1", "--threads", "2"}), "--threads is given 2 times");
}

TEST(CommandLine, ServeHelpShowsEverySettingWithItsDefaultAndVariable) {
  const Exit exit = exit_of({"serve", "--help"});
  EXPECT_EQ(exit.status, 0);
  EXPECT_EQ(exit.err, "");
  std::size_t at = 0;
  for (const Setting& setting : settings_table()) {
    if (!setting.used_by(Command::serve)) continue;
    at = exit.out.find("  " + setting.flag() + " " + std::string{setting.placeholder}, at);
    ASSERT_NE(at, std::string::npos) << setting.name << " is missing, or not in its place";
    const std::string shown = "[" + std::string{setting.default_text} + "]  " + setting.variable() + "\n";
    EXPECT_NE(exit.out.find(shown, at), std::string::npos) << shown;
    EXPECT_THAT(exit.out, HasSubstr(std::string{setting.prose.substr(0, setting.prose.find(' '))}));
    EXPECT_THAT(exit.out, HasSubstr("\n" + std::string{setting.group} + ":\n"));
  }
  EXPECT_THAT(exit.out, HasSubstr("CURT_CONFIG"));
}

TEST(CommandLine, HelpOfOtherCommandsShowsOnlyWhatTheyUse) {
  const std::string help = exit_of({"export", "--help"}).out;
  EXPECT_THAT(help, HasSubstr("--database-url"));
  EXPECT_THAT(help, testing::Not(HasSubstr("--listen")));
  EXPECT_THAT(error({"export", "--listen", ":80"}), StartsWith("unknown option --listen"));
}

TEST(CommandLine, DoctorTakesTheSettingsOfServeRightOrWrong) {
  const auto well = command<DoctorCommand>({"doctor", "--threads=3"}, {{"CURT_CODE_LENGTH", "9"}});
  EXPECT_FALSE(well.json);
  EXPECT_EQ(well.reading.settings.threads, 3U);
  EXPECT_EQ(well.reading.settings.code_length, 9U);
  EXPECT_TRUE(well.reading.errors.empty());
  const auto ill =
      command<DoctorCommand>({"doctor", "--json"}, {{"CURT_LISTEN", "x"}, {"CURT_THREADS", "x"}});
  EXPECT_TRUE(ill.json);
  EXPECT_EQ(ill.reading.errors.size(), 2U);
  EXPECT_THAT(exit_of({"doctor", "--help"}).out, testing::AllOf(HasSubstr("--json"), HasSubstr("--listen")));
  EXPECT_THAT(error({"doctor", "--jsn"}), StartsWith("unknown option --jsn"));
}

TEST(CommandLine, HelpNeedsNoValidSettings) {
  EXPECT_EQ(exit_of({"serve", "--help"}, {{"CURT_LISTEN", "foo"}}).status, 0);
  EXPECT_EQ(exit_of({"version"}, {{"CURT_CONFIG", "/nowhere"}}).status, 0);
}

TEST(CommandLine, TheVersionIsACommandAndAFlag) {
  for (const char* argument : {"version", "--version"}) {
    const Exit exit = exit_of({argument});
    EXPECT_EQ(exit.status, 0);
    EXPECT_EQ(exit.out, "curt " CURT_VERSION "\n");
    EXPECT_EQ(exit.err, "");
  }
}

TEST(CommandLine, WithoutACommandItShowsHelpAsAnError) {
  const Exit exit = exit_of({});
  EXPECT_EQ(exit.status, 2);
  EXPECT_EQ(exit.out, "");
  for (const char* name : {"serve", "migrate", "import", "export", "health", "version"}) {
    EXPECT_THAT(exit.err, HasSubstr("\n  " + std::string{name} + " "));
  }
  EXPECT_EQ(exit_of({"--help"}).out, exit.err);
  EXPECT_EQ(exit_of({"--help"}).status, 0);
}

TEST(CommandLine, WhatIsNotUnderstoodIsOneClearLine) {
  EXPECT_EQ(error({"serv"}), "unknown command serv; did you mean serve?");
  EXPECT_EQ(error({"frobnicate"}), "unknown command frobnicate; curt --help lists what there is");
  EXPECT_EQ(error({"serve", "--lisen=:80"}), "unknown option --lisen; did you mean --listen?");
  EXPECT_EQ(error({"serve", "--lisen", ":80"}), "unknown option --lisen; did you mean --listen?");
  EXPECT_EQ(error({"serve", "-p"}), "unknown option -p; curt serve --help lists what there is");
  EXPECT_EQ(error({"--zzz"}), "unknown option --zzz; curt --help lists what there is");
  EXPECT_EQ(error({"serve", "migrate"}),
            "unexpected argument migrate; curt serve --help lists what there is");
  EXPECT_EQ(error({"serve", "a\nb"}), "unexpected argument a\\nb; curt serve --help lists what there is");
  EXPECT_EQ(error({"serve", "--listen="}), "--listen has no value");
  EXPECT_THAT(error({"serve", "--listen"}), StartsWith("--listen"));
  EXPECT_EQ(error({"serve", "--config", "/nowhere/x"}), "--config: there is no file /nowhere/x");
  EXPECT_EQ(error({"serve", "--listen", "foo"}),
            "--listen: \"foo\" is not an address such as 127.0.0.1:8080");
}

TEST(CommandLine, PasswordsOnTheCommandLineAreNotEchoed) {
  const auto is_masked = testing::AllOf(HasSubstr("***"), testing::Not(HasSubstr("s3cret")));
  EXPECT_THAT(error({"serve", "--database-url", "mysql://u:s3cret@db/curt"}), is_masked);
  EXPECT_THAT(error({"serve", "postgresql://u:s3cret@db/curt"}), is_masked);
  EXPECT_THAT(error({"postgresql://u:s3cret@db/curt"}), is_masked);
  EXPECT_THAT(error({"serve", "--databse-url=postgresql://u:s3cret@db/curt"}),
              testing::Not(HasSubstr("s3cret")));
  EXPECT_THAT(error({"health", "--url", "ftp://u:s3cret@db/"}), is_masked);
}

TEST(CommandLine, MigrateCanOnlySayWhatItWouldDo) {
  EXPECT_FALSE(command<MigrateCommand>({"migrate"}).dry_run);
  EXPECT_TRUE(command<MigrateCommand>({"migrate", "--dry-run"}).dry_run);
}

TEST(CommandLine, ImportPutsRejectedLinesBesideItsFile) {
  const auto plain = command<ImportCommand>({"import", "links.csv"});
  EXPECT_EQ(plain.file, "links.csv");
  EXPECT_EQ(plain.rejects, "links.csv.rejected");
  EXPECT_FALSE(plain.names_rejects);
  EXPECT_EQ(plain.batch_size, std::nullopt);
  EXPECT_FALSE(plain.skip_invalid);
  EXPECT_TRUE(plain.progress);
  EXPECT_EQ(command<ImportCommand>({"import", "-"}).rejects, "curt-import.rejected");
}

TEST(CommandLine, ImportTakesItsOptions) {
  const auto all =
      command<ImportCommand>({"import", "--skip-invalid", "--rejects", "bad.txt", "--batch-size=10000",
                              "--no-progress", "--database-url", "sqlite:x.db", "-"});
  EXPECT_EQ(all.file, "-");
  EXPECT_EQ(all.rejects, "bad.txt");
  EXPECT_TRUE(all.names_rejects);
  EXPECT_EQ(all.batch_size, 10'000U);
  EXPECT_TRUE(all.skip_invalid);
  EXPECT_FALSE(all.progress);
}

TEST(CommandLine, ImportNeedsOneFileAndASensibleBatch) {
  EXPECT_THAT(error({"import"}), HasSubstr("file"));
  EXPECT_THAT(error({"import", "a", "b"}), StartsWith("unexpected argument b"));
  for (const char* size : {"0", "300001", "-1", "many"}) {
    EXPECT_THAT(error({"import", "a", "--batch-size", size}), HasSubstr("--batch-size")) << size;
  }
}

TEST(CommandLine, ExportWritesCsvToTheStandardOutputUnlessTold) {
  const auto plain = command<ExportCommand>({"export"});
  EXPECT_EQ(plain.format, ExportFormat::csv);
  EXPECT_EQ(plain.output, std::nullopt);
  const auto told = command<ExportCommand>({"export", "--format", "ndjson", "--output", "links.ndjson"});
  EXPECT_EQ(told.format, ExportFormat::ndjson);
  EXPECT_EQ(told.output, "links.ndjson");
  EXPECT_THAT(error({"export", "--format", "xml"}), HasSubstr("--format"));
}

TEST(CommandLine, ExportWritesForSpreadsheetsOnlyWhereThatIsCsv) {
  EXPECT_EQ(command<ExportCommand>({"export", "--for-spreadsheets"}).format,
            ExportFormat::csv_for_spreadsheets);
  EXPECT_EQ(command<ExportCommand>({"export", "--for-spreadsheets", "--format", "csv"}).format,
            ExportFormat::csv_for_spreadsheets);
  EXPECT_EQ(error({"export", "--for-spreadsheets", "--format", "ndjson"}),
            "--for-spreadsheets needs --format csv: no spreadsheet opens ndjson as a table");
  EXPECT_THAT(exit_of({"export", "--help"}).out, HasSubstr("formulas too"));
}

TEST(CommandLine, HealthAsksWhereServeListens) {
  EXPECT_EQ(command<HealthCommand>({"health"}).url, "http://127.0.0.1:8080/health");
  EXPECT_EQ(command<HealthCommand>({"health"}).timeout, 2s);
  EXPECT_EQ(command<HealthCommand>({"health"}, {{"CURT_LISTEN", ":90"}}).url, "http://127.0.0.1:90/health");
  EXPECT_EQ(command<HealthCommand>({"health", "--listen", "[::]:90"}).url, "http://[::1]:90/health");
  EXPECT_EQ(command<HealthCommand>({"health", "--listen", "192.0.2.1:90,[::1]:1"}).url,
            "http://192.0.2.1:90/health");
  EXPECT_THAT(error({"health", "--listen", "127.0.0.1:0"}), StartsWith("--url is needed"));
}

TEST(CommandLine, HealthAsksTheListenerThatTellsAll) {
  EXPECT_EQ(command<HealthCommand>({"health", "--metrics-listen", ":9090"}).url,
            "http://127.0.0.1:9090/health");
  EXPECT_THAT(error({"health"}, {{"CURT_METRICS_LISTEN", "127.0.0.1:0"}}), StartsWith("--url is needed"));
}

TEST(CommandLine, HealthTakesAUrlAndATimeout) {
  const auto told = command<HealthCommand>({"health", "--url", "http://curt.example/health/live", "--timeout",
                                            "500ms", "--listen", "127.0.0.1:0"});
  EXPECT_EQ(told.url, "http://curt.example/health/live");
  EXPECT_EQ(told.timeout, 500ms);
  for (const char* url : {"https://curt.example/", "curt.example", "http://", "http://a b/"}) {
    EXPECT_THAT(error({"health", "--url", url}),
                EndsWith("is not a URL such as http://127.0.0.1:8080/health"));
  }
  for (const char* timeout : {"0", "5", "soon", "-1s"}) {
    EXPECT_THAT(error({"health", "--timeout", timeout}), StartsWith("--timeout: ")) << timeout;
  }
}

}  // namespace
}  // namespace curt::app
