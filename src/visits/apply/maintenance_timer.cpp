#include "curt/visits/apply/maintenance_timer.hpp"

#include <exception>
#include <utility>

#include "curt/base/logging.hpp"

namespace curt::visits {

MaintenanceTimer::MaintenanceTimer(VisitStore& store, const Executor& executor, Options options)
    : store_(store), options_(options), loop_(executor) {}

MaintenanceTimer::~MaintenanceTimer() {
  loop_.stop();
  loop_.join();
}

void MaintenanceTimer::start() {
  Loop::Steps steps;
  steps.round = [this] { return maintain(); };
  steps.failed = [](const std::exception& failure) {
    log::error("visit maintenance failed", {{"error", failure.what()}});
  };
  steps.pause = [this](bool done) { return done ? options_.every : options_.pause; };
  loop_.start(std::move(steps));
}

/// Logs one line per outage; the store itself logs the details.
void MaintenanceTimer::note_failure(const Error& error) {
  if (std::exchange(failed_, true)) return;
  log::warn("visit maintenance failed", {{"error", log_text(error)}});
}

awaitable<bool> MaintenanceTimer::maintain() {
  Call call{Deadline::in(options_.deadline)};
  const auto now = co_await store_.now(call);
  if (!now) {
    note_failure(now.error());
    co_return false;
  }
  const auto report = co_await store_.maintain(call, options_.retention, *now);
  if (!report) {
    note_failure(report.error());
    co_return false;
  }
  failed_ = false;
  const bool changed = !report->made.empty() || !report->dropped.empty() || report->hours_removed > 0 ||
                       report->epochs_folded > 0 || report->periods_summed > 0;
  if (report->had_turn && changed) {
    log::info("visits were maintained", {{"partitions_made", report->made.size()},
                                         {"partitions_dropped", report->dropped.size()},
                                         {"hours_removed", report->hours_removed},
                                         {"epochs_folded", report->epochs_folded},
                                         {"periods_summed", report->periods_summed}});
  }
  co_return true;
}

}  // namespace curt::visits
