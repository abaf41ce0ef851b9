#include <chrono>
#include <cstdio>

#include "curt/app/commands/commands.hpp"
#include "curt/store/postgres/schema/migrations.hpp"
#include "curt/store/sqlite/schema/migrations.hpp"

#include "app/commands/complain.hpp"

namespace curt::app {
namespace {

result<store::MigrationReport> migrate_store(const Settings& settings, store::MigrateMode mode) {
  if (settings.uses_sqlite()) return store::migrate_sqlite(settings.sqlite_path(), mode);
  store::PostgresMigrateOptions options;
  options.connect_timeout = std::chrono::ceil<std::chrono::seconds>(settings.db_connect_timeout);
  const std::string& direct = settings.migrate_database_url;
  return store::migrate_postgres(direct.empty() ? settings.database_url : direct, mode, options);
}

}  // namespace

int migrate(const Settings& settings, const MigrateCommand& command) {
  const auto mode = command.dry_run ? store::MigrateMode::dry_run : store::MigrateMode::apply;
  const auto report = migrate_store(settings, mode);
  if (!report) {
    complain("migrate", report.error().detail);
    return 1;
  }
  const char* verb = command.dry_run ? "would apply" : "applied";
  for (const auto& step : report->steps) std::printf("%s %s\n", verb, step.name.c_str());
  if (report->search_index) std::printf("%s\n", report->search_index->c_str());
  if (report->version_before > report->latest_version) {
    std::printf("the schema is at version %d, newer than this binary's %d, which runs with it\n",
                report->version_before, report->latest_version);
  } else if (report->steps.empty()) {
    std::printf("the schema is at version %d, the latest\n", report->latest_version);
  }
  return 0;
}

}  // namespace curt::app
