#pragma once

#include <chrono>

#include "curt/base/timestamp.hpp"

namespace curt {

/// A point in time that no operator and no NTP moves: for ages. It says nothing to another process.
using SteadyTime = std::chrono::steady_clock::time_point;

/// The clocks, passed in so that tests set the time. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  /// The wall clock, which may step back or forward: for what a user sees or sets.
  [[nodiscard]] virtual Timestamp now() const noexcept = 0;

  /// The clock that only goes forward: for how long ago something was.
  [[nodiscard]] virtual SteadyTime steady_now() const noexcept = 0;
};

/// The system's clocks.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Timestamp now() const noexcept override {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
  }
  [[nodiscard]] SteadyTime steady_now() const noexcept override { return std::chrono::steady_clock::now(); }
};

}  // namespace curt
