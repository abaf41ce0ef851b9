#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "curt/base/random.hpp"

namespace curt {

/// When to try again after failures: each pause is a random time between the half and the whole of a bound
/// that doubles with each failure in a row ("equal jitter", Brooker: "Exponential Backoff And Jitter", 2015),
/// so that many instances do not come back at once. For one thread at a time.
class Backoff {
 public:
  using Clock = std::chrono::steady_clock;
  using Duration = std::chrono::milliseconds;

  /// The bound after the first failure, and the largest.
  Backoff(Duration first, Duration longest) noexcept : first_(first), longest_(longest), bound_(first) {}

  /// Begins a pause and returns how long it is.
  Duration failed() noexcept {
    const auto half = static_cast<std::uint64_t>(bound_.count() / 2);
    const Duration pause{static_cast<Duration::rep>(half + random_.next() % (half + 1))};
    until_ = Clock::now() + pause;
    bound_ = std::min(bound_ * 2, longest_);
    ++failures_;
    return pause;
  }

  /// The last attempt went well: the next pause is a short one again.
  void succeeded() noexcept {
    bound_ = first_;
    until_ = Clock::time_point::min();
    failures_ = 0;
  }

  /// Whether the pause is over; true while nothing has failed.
  [[nodiscard]] bool is_over() const noexcept { return Clock::now() >= until_; }
  [[nodiscard]] Clock::time_point until() const noexcept { return until_; }

  /// Failures since the last success.
  [[nodiscard]] std::size_t failures() const noexcept { return failures_; }

 private:
  Duration first_;
  Duration longest_;
  Duration bound_;
  Clock::time_point until_ = Clock::time_point::min();
  std::size_t failures_ = 0;
  FastRandom random_;
};

}  // namespace curt
