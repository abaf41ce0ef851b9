#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "curt/base/clock.hpp"
#include "curt/base/metrics.hpp"
#include "curt/base/timestamp.hpp"

namespace curt {

/// Whether something that this process depends on answers, and since when it has been so. Logs a line when an
/// outage begins and one when it ends; `curt_dependency_up{dependency}` shows it. Thread-safe.
class Reachability {
 public:
  struct State {
    bool up = false;
    Timestamp since;                       ///< the last change; when this was made, before the first
    std::chrono::microseconds latency{0};  ///< of the last answer
    std::string detail;                    ///< why it is down; empty when up
  };

  /// `name` such as "redis", as logs and metrics have it. Down until the first answer, which logs nothing.
  Reachability(std::string name, const Clock& clock, Metrics& metrics);

  /// One without a name, which only state() tells of.
  explicit Reachability(const Clock& clock);

  /// It answered, after this long.
  void answered(std::chrono::steady_clock::duration latency);

  /// It cannot be reached; `detail` says why, and names no secret.
  void failed(const std::string& detail);

  [[nodiscard]] State state() const;

 private:
  const std::string name_;  ///< empty: nothing is logged
  const Clock& clock_;
  mutable std::mutex mutex_;
  State state_;
  bool seen_ = false;  ///< it has answered or failed once
};

}  // namespace curt
