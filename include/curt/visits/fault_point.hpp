#pragma once

#include <functional>
#include <string_view>
#include <system_error>

#include "curt/base/loop.hpp"

namespace curt::visits {

/// Called before and after everything that outlives the process, for tests that cut the chain there by
/// throwing Cut. Thread-safe.
using FaultPoint = std::function<void(std::string_view step)>;

/// Ends the forwarder or the worker that reaches the point, for good and without more ado, as the end of the
/// process would; for the spool it is one more error.
struct Cut final : EndsLoop {
  [[nodiscard]] const char* what() const noexcept override { return "cut"; }
};

inline void reach(const FaultPoint& point, std::string_view step) {
  if (point) point(step);
}

/// As reach(), before a call of the system: errno for which a test lets that call fail, by throwing a
/// std::system_error, or 0.
[[nodiscard]] inline int failure_at(const FaultPoint& point, std::string_view step) {
  try {
    reach(point, step);
  } catch (const std::system_error& failure) {
    return failure.code().value();
  }
  return 0;
}

}  // namespace curt::visits
