#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <utility>

#include "curt/base/clock.hpp"
#include "curt/base/reachability.hpp"

namespace curt::cache {

/// What all connections for commands together say of the server: it is up while one of them is. Thread-safe.
class RedisHealth {
 public:
  RedisHealth(std::string name, const Clock& clock, Metrics& metrics)
      : reachability_(std::move(name), clock, metrics) {}

  /// A connection is made, its greeting answered after `latency`.
  void opened(std::chrono::steady_clock::duration latency) {
    const std::lock_guard lock{mutex_};
    ++open_;
    reachability_.answered(latency);
  }

  /// A connection cannot be made.
  void refused(const std::string& detail) {
    const std::lock_guard lock{mutex_};
    ++refusals_;
    if (open_ == 0) reachability_.failed(detail);
  }

  /// A connection that was open is lost.
  void lost(const std::string& detail) {
    const std::lock_guard lock{mutex_};
    if (--open_ == 0) reachability_.failed(detail);
  }

  /// A connection that was open is closed on purpose.
  void closed() {
    const std::lock_guard lock{mutex_};
    --open_;
  }

  void answered(std::chrono::steady_clock::duration latency) { reachability_.answered(latency); }

  /// How often a connection could not be made.
  [[nodiscard]] std::size_t refusals() const {
    const std::lock_guard lock{mutex_};
    return refusals_;
  }

  [[nodiscard]] Reachability::State state() const { return reachability_.state(); }

 private:
  Reachability reachability_;
  mutable std::mutex mutex_;
  std::size_t open_ = 0;
  std::size_t refusals_ = 0;
};

}  // namespace curt::cache
