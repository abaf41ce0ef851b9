#pragma once

#include <chrono>

#include "curt/base/async.hpp"
#include "curt/base/loop.hpp"
#include "curt/visits/visit_store.hpp"

namespace curt::visits {

/// Has the store make partitions ahead and remove what is old, at the start and every hour, by the clock of
/// the database. Where many processes do so, the store lets one of them work at a time. What the constructor
/// is given must outlive the timer.
class MaintenanceTimer {
 public:
  struct Options {
    Retention retention;
    std::chrono::milliseconds every = std::chrono::hours{1};
    /// Wait before the next attempt after one that failed.
    std::chrono::milliseconds pause{std::chrono::seconds{10}};
    /// Time for one attempt; what is done by then stays.
    std::chrono::milliseconds deadline{std::chrono::seconds{60}};
  };

  MaintenanceTimer(VisitStore& store, const Executor& executor, Options options);
  /// Waits for an attempt under way. The executor's thread must still run.
  ~MaintenanceTimer();
  MaintenanceTimer(const MaintenanceTimer&) = delete;
  MaintenanceTimer& operator=(const MaintenanceTimer&) = delete;

  void start();

  /// Starts no further attempt. Does not wait.
  void stop() { loop_.stop(); }

 private:
  awaitable<bool> maintain();
  void note_failure(const Error& error);

  VisitStore& store_;
  const Options options_;
  Loop loop_;
  bool failed_ = false;
};

}  // namespace curt::visits
