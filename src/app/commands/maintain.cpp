#include <chrono>
#include <cstdio>
#include <string>

#include <fmt/format.h>

#include "curt/app/commands/commands.hpp"
#include "curt/base/clock.hpp"

#include "app/commands/complain.hpp"
#include "app/wiring/open_database.hpp"
#include "app/wiring/options.hpp"
#include "app/wiring/run_to_end.hpp"
#include "app/wiring/schema_guard.hpp"

namespace curt::app {
namespace {

constexpr std::chrono::minutes kPatience{10};

awaitable<result<visits::MaintenanceReport>> run(visits::VisitStore& store, visits::Retention retention) {
  Call call{Deadline::in(kPatience)};
  const result<Timestamp> now = co_await store.now(call);
  if (!now) co_return now.error();
  result<visits::MaintenanceReport> report = co_await store.maintain(call, retention, *now);
  co_return report;
}

}  // namespace

int maintain(const Settings& settings) {
  net::io_context context{1};
  Metrics metrics;
  const SystemClock clock;
  Settings direct = settings;
  if (!settings.migrate_database_url.empty()) {
    direct.database_url = settings.migrate_database_url;
    direct.database_url_file = settings.migrate_database_url_file;
  }
  const auto database = open_database_patiently(direct, clock, metrics);
  if (!database) {
    complain("maintain", database.error().detail);
    return database.error().code == ErrorCode::invalid_value ? 2 : 1;
  }
  if (database->postgres != nullptr) {
    SchemaGuard schema{direct};
    if (const auto fits = schema.check(); !fits) {
      complain("maintain", fits.error().detail);
      return 1;
    }
  }
  const auto report = run_to_end(context, run(database->store->visits(), retention(settings)));
  if (!report) {
    const Error& error = report.error();
    complain("maintain", error.log.empty() ? error.detail : fmt::format("{}: {}", error.detail, error.log));
    return 1;
  }
  if (!report->had_turn) {
    std::printf("another process is at it\n");
    return 0;
  }
  for (const std::string& name : report->made) std::printf("made %s\n", name.c_str());
  for (const std::string& name : report->dropped) std::printf("dropped %s\n", name.c_str());
  std::printf("%llu hourly counts removed\n", static_cast<unsigned long long>(report->hours_removed));
  std::printf("%llu past runs folded\n", static_cast<unsigned long long>(report->epochs_folded));
  std::printf("%llu periods summed up\n", static_cast<unsigned long long>(report->periods_summed));
  return 0;
}

}  // namespace curt::app
