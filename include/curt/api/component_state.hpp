#pragma once

#include <mutex>

#include "curt/base/timestamp.hpp"

namespace curt::api {

/// Remembers since when a dependency is up, or down, as the health checks saw it. Thread-safe.
class ComponentState {
 public:
  /// Takes note of what was seen and says since when it has been so.
  Timestamp observe(bool up, Timestamp now) {
    const std::lock_guard lock{mutex_};
    if (!seen_ || up != up_) {
      seen_ = true;
      up_ = up;
      since_ = now;
    }
    return since_;
  }

 private:
  std::mutex mutex_;
  bool seen_ = false;
  bool up_ = false;
  Timestamp since_;
};

}  // namespace curt::api
