#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "store/postgres/pool/liveness.hpp"

namespace curt::store::postgres {

/// A thread that looks after the pools of a database 20 times a second, and tells their circuit breaker
/// whether anything waits for the database.
class Watchdog {
 public:
  /// What it looks after. It is called from one thread.
  class Watched {
   public:
    virtual ~Watched() = default;

    /// Whether somebody waits for an answer of the database.
    [[nodiscard]] virtual bool is_waited_for() = 0;

    /// Answers those who have waited long enough, and does what the state of the breaker asks for.
    virtual void look_after() = 0;
  };

  explicit Watchdog(Liveness& liveness);
  /// Nothing is watched any more by then.
  ~Watchdog();
  Watchdog(const Watchdog&) = delete;
  Watchdog& operator=(const Watchdog&) = delete;

  void watch(Watched& watched);
  /// Returns when it is looked after no more.
  void forget(Watched& watched);

 private:
  void run();

  Liveness& liveness_;
  std::mutex mutex_;
  std::condition_variable stopping_;
  std::vector<Watched*> watched_;
  bool stops_ = false;
  std::thread thread_;
};

}  // namespace curt::store::postgres
