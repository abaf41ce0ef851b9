#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "curt/base/random.hpp"

namespace curt::cache {

/// How long to wait before the next attempt: a random time up to a bound that doubles from 50 ms to 1 s
/// ("full jitter", Brooker: "Exponential Backoff And Jitter", 2015), so that many instances do not come back
/// at once.
class Backoff {
 public:
  using Duration = std::chrono::milliseconds;
  static constexpr Duration kFirst{50};
  static constexpr Duration kMost{1'000};

  [[nodiscard]] Duration next() noexcept {
    const auto bound = static_cast<std::uint64_t>(bound_.count());
    bound_ = std::min(bound_ * 2, kMost);
    return Duration{static_cast<Duration::rep>(random_.next() % bound + 1)};
  }

  /// The last attempt held.
  void reset() noexcept { bound_ = kFirst; }

 private:
  Duration bound_ = kFirst;
  FastRandom random_;
};

}  // namespace curt::cache
