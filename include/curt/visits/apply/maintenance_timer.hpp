#pragma once

#include <chrono>

#include "curt/base/async.hpp"
#include "curt/visits/apply/loop.hpp"
#include "curt/visits/visit_store.hpp"

namespace curt::visits {

/// Has the store make partitions ahead and remove what is old, at the start and every hour, by the clock of
/// the database. Of many processes that do so, the store lets one at a time. What it is given must outlive
/// it.
class MaintenanceTimer {
 public:
  struct Options {
    Retention retention;
    std::chrono::milliseconds every = std::chrono::hours{1};
    std::chrono::milliseconds pause{std::chrono::seconds{10}};  ///< before the next attempt where it failed
    std::chrono::milliseconds deadline{
        std::chrono::seconds{15}};  ///< of one attempt; what is done by then stays
  };

  MaintenanceTimer(VisitStore& store, const Executor& executor, Options options);
  /// Waits for what is under way. The executor's thread must still run.
  ~MaintenanceTimer();
  MaintenanceTimer(const MaintenanceTimer&) = delete;
  MaintenanceTimer& operator=(const MaintenanceTimer&) = delete;

  void start() { loop_.start(run()); }

  /// Nothing more is begun. Does not wait.
  void stop() { loop_.stop(); }

 private:
  awaitable<void> run();
  awaitable<bool> maintain();
  void note_failure(const Error& error);

  VisitStore& store_;
  const Options options_;
  Loop loop_;
  bool failed_ = false;
};

}  // namespace curt::visits
