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

  void set(Timestamp now) { now_ = now; }
  void advance(std::chrono::milliseconds time) { now_ = now_.load() + time; }

 private:
  std::atomic<Timestamp> now_;
};

}  // namespace curt::test
