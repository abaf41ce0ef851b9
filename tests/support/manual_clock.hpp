#pragma once

#include <atomic>
#include <chrono>

#include "curt/base/clock.hpp"

namespace curt::test {

/// A clock that stands still until it is told otherwise. Thread-safe.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start) : now_(start) {}

  [[nodiscard]] Timestamp now() const noexcept override { return now_.load(); }
  [[nodiscard]] SteadyTime steady_now() const noexcept override { return steady_now_.load(); }

  /// The wall clock steps to this time. No time passes.
  void set(Timestamp now) { now_ = now; }

  /// This much time passes.
  void advance(std::chrono::milliseconds time) {
    now_ = now_.load() + time;
    steady_now_ = steady_now_.load() + time;
  }

 private:
  std::atomic<Timestamp> now_;
  std::atomic<SteadyTime> steady_now_{SteadyTime{std::chrono::hours{1}}};
};

}  // namespace curt::test
