#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>

#include "curt/base/random.hpp"

namespace curt::visits {

/// Leaves something that failed alone for a while: for a random time between the half and the whole of a
/// bound that doubles with each failure. For one thread.
class Patience {
 public:
  using Duration = std::chrono::milliseconds;

  Patience(Duration first, Duration most) : first_(first), most_(most), bound_(first) {}

  /// Whether it may be asked now.
  [[nodiscard]] bool is_over() const noexcept { return std::chrono::steady_clock::now() >= until_; }

  void failed() noexcept {
    const auto half = static_cast<std::uint64_t>(bound_.count() / 2);
    const Duration pause{static_cast<Duration::rep>(half + random_.next() % (half + 1))};
    until_ = std::chrono::steady_clock::now() + pause;
    bound_ = std::min(bound_ * 2, most_);
  }
  void succeeded() noexcept {
    bound_ = first_;
    until_ = {};
  }

 private:
  Duration first_;
  Duration most_;
  Duration bound_;
  std::chrono::steady_clock::time_point until_;
  FastRandom random_;
};

}  // namespace curt::visits
