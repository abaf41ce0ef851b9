#pragma once

#include <algorithm>
#include <chrono>

namespace curt {

/// The moment at which the caller stops waiting. One value is handed down a request's whole path, never N
/// time-outs.
class Deadline {
 public:
  using clock = std::chrono::steady_clock;

  explicit Deadline(clock::time_point at) noexcept : at_(at) {}

  [[nodiscard]] static Deadline in(clock::duration time) noexcept { return Deadline{clock::now() + time}; }

  [[nodiscard]] clock::time_point at() const noexcept { return at_; }
  [[nodiscard]] bool passed() const noexcept { return clock::now() >= at_; }

  /// Time left, never negative.
  [[nodiscard]] clock::duration remaining() const noexcept {
    return std::max(at_ - clock::now(), clock::duration::zero());
  }

 private:
  clock::time_point at_;
};

}  // namespace curt
