#pragma once

#include <chrono>
#include <optional>

#include "curt/base/logging.hpp"
#include "curt/base/timestamp.hpp"

namespace curt::visits {

/// Visits older than this that are not in the database mean trouble: no worker reads the stream, or the
/// workers cannot keep up.
inline constexpr std::chrono::seconds kLongestLag{60};

/// Logs one line when visits begin to wait too long, and one when they no longer do. For one thread.
class LagWatch {
 public:
  /// `pending_since` is the time of the oldest visit that the database does not have.
  void look(const std::optional<Timestamp>& pending_since, Timestamp now) {
    const bool lags = pending_since && now - *pending_since > kLongestLag;
    if (lags == lagging_) return;
    lagging_ = lags;
    if (lags) {
      log::warn("visits have waited for a minute; where Redis is used, is a `curt worker` running?");
    } else {
      log::info("visits are counted in time again");
    }
  }

 private:
  bool lagging_ = false;
};

}  // namespace curt::visits
