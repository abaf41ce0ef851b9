#include "store/postgres/pool/watchdog.hpp"

#include <chrono>

namespace curt::store::postgres {
namespace {

/// How late the answer to a caller whose deadline has passed may be.
constexpr std::chrono::milliseconds kInterval{50};

}  // namespace

Watchdog::Watchdog(Liveness& liveness) : liveness_(liveness) {
  thread_ = std::thread{[this] { run(); }};
}

Watchdog::~Watchdog() {
  {
    const std::lock_guard lock{mutex_};
    stops_ = true;
  }
  stopping_.notify_all();
  thread_.join();
}

void Watchdog::watch(Watched& watched) {
  const std::lock_guard lock{mutex_};
  watched_.push_back(&watched);
}

void Watchdog::forget(Watched& watched) {
  const std::lock_guard lock{mutex_};
  std::erase(watched_, &watched);
}

void Watchdog::run() {
  std::unique_lock lock{mutex_};
  while (!stops_) {
    bool anybody_waits = false;
    for (Watched* one : watched_) anybody_waits = one->is_waited_for() || anybody_waits;
    liveness_.watch(anybody_waits);
    for (Watched* one : watched_) one->look_after();
    stopping_.wait_for(lock, kInterval);
  }
}

}  // namespace curt::store::postgres
