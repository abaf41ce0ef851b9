#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

#include "curt/base/clock.hpp"
#include "curt/base/reachability.hpp"

namespace curt::cache {

/// What all connections for commands together say of the server: it is up while one of them is, and an outage
/// lasts from the first command that may be lost to the next connection that is made. Thread-safe.
class RedisHealth {
 public:
  RedisHealth(std::string name, const Clock& clock, Metrics& metrics)
      : reachability_(std::move(name), clock, metrics), made_at_(clock.now()) {}

  /// A connection is made, its greeting answered after `latency`. The beginning of the outage that has ended
  /// with it, if there was one.
  [[nodiscard]] std::optional<Timestamp> opened(std::chrono::steady_clock::duration latency) {
    const std::lock_guard lock{mutex_};
    ++open_;
    seen_ = true;
    reachability_.answered(latency);
    return std::exchange(outage_, std::nullopt);
  }

  /// A connection cannot be made.
  void refused(const std::string& detail) {
    const std::lock_guard lock{mutex_};
    ++refusals_;
    if (!seen_) begin(made_at_);
    if (open_ == 0) reachability_.failed(detail);
  }

  /// A connection that was open is lost, with commands since `began_at`.
  void lost(const std::string& detail, Timestamp began_at) {
    const std::lock_guard lock{mutex_};
    begin(began_at);
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
  void begin(Timestamp at) {
    if (!outage_ || at < *outage_) outage_ = at;
  }

  Reachability reachability_;
  const Timestamp made_at_;
  mutable std::mutex mutex_;
  std::size_t open_ = 0;
  std::size_t refusals_ = 0;
  bool seen_ = false;  ///< a connection was open once
  std::optional<Timestamp> outage_;
};

}  // namespace curt::cache
