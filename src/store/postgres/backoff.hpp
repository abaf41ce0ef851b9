#pragma once

#include <chrono>
#include <cstddef>

#include "curt/base/deadline.hpp"
#include "curt/base/random.hpp"

namespace curt::store::postgres {

/// When to connect next after connecting failed: soon at first, later each time, and never at the same moment
/// as all other instances. For one thread at a time.
class Backoff {
 public:
  using time_point = Deadline::clock::time_point;

  [[nodiscard]] bool is_over() const { return Deadline::clock::now() >= until_; }
  [[nodiscard]] time_point until() const noexcept { return until_; }

  /// How often connecting failed since it last went well.
  [[nodiscard]] std::size_t failures() const noexcept { return failures_; }

  void failed();
  void succeeded();

 private:
  std::size_t failures_ = 0;
  time_point until_ = time_point::min();
  FastRandom random_;
};

}  // namespace curt::store::postgres
