#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "curt/base/clock.hpp"
#include "curt/base/reachability.hpp"
#include "curt/limits/circuit_breaker.hpp"

namespace curt::cache {

/// What all connections of a client together say of the server, and whether it is left alone. Thread-safe.
class RedisHealth {
 public:
  using Duration = std::chrono::steady_clock::duration;

  /// An answer that took longer than `timeout` is none.
  RedisHealth(const std::string& name, std::chrono::milliseconds timeout, const Clock& clock,
              Metrics& metrics)
      : timeout_(timeout),
        clock_(clock),
        reachability_(name, clock, metrics),
        breaker_(name, reachability_, clock, metrics) {}

  /// Whether the server is left alone.
  [[nodiscard]] bool is_left_alone() const noexcept { return breaker_.is_open(); }
  /// Whether it may be asked; counts a refusal.
  [[nodiscard]] bool lets_through() const noexcept { return breaker_.lets_through(); }

  /// It answered after so long.
  void answered(Duration latency) {
    if (latency <= timeout_) breaker_.answered_late(latency);
  }

  /// The probe was answered after so long.
  void probed(Duration latency) {
    if (latency > timeout_) {
      overdue();
    } else {
      breaker_.answered(latency);
    }
  }

  /// A command has no answer within the timeout.
  void overdue() {
    if (counts(std::max(timeout_, kTogether))) {
      breaker_.failed(fmt::format("no answer within {} ms", timeout_.count()));
    }
  }

  /// A connection for commands is open from now on.
  void opened() noexcept { ++connections_; }
  /// It no longer is.
  void closed() noexcept { --connections_; }

  /// A connection that was open is lost.
  void failed(const std::string& why) {
    if (counts(kTogether)) breaker_.failed(why);
  }

  /// A connection cannot be made. While others are open they tell whether the server answers: it may only
  /// have as many clients as it takes.
  void refused(const std::string& why) {
    ++refusals_;
    if (connections_ == 0) failed(why);
  }

  /// How often a connection could not be made.
  [[nodiscard]] std::size_t refusals() const noexcept { return refusals_; }

  /// As CircuitBreaker has them.
  void watch(bool something_waits) { breaker_.watch(something_waits); }
  [[nodiscard]] bool begin_probe() { return breaker_.begin_probe(); }

  [[nodiscard]] Reachability::State state() const { return reachability_.state(); }

 private:
  /// What breaks the connections of all cores is one failure, so that a server that restarts is not left
  /// alone. Commands that become overdue within one timeout are one failure too: a server that stands still
  /// for a moment, as for a fork, lets many of them wait.
  static constexpr std::chrono::milliseconds kTogether{20};

  /// Whether this failure comes at least so long after the last one that counted.
  bool counts(std::chrono::milliseconds apart) {
    const std::lock_guard lock{mutex_};
    const SteadyTime now = clock_.steady_now();
    if (failed_at_ && now < *failed_at_ + apart) return false;
    failed_at_ = now;
    return true;
  }

  const std::chrono::milliseconds timeout_;
  const Clock& clock_;
  Reachability reachability_;
  limits::CircuitBreaker breaker_;
  std::atomic<std::size_t> refusals_{0};
  std::atomic<int> connections_{0};  ///< for commands, that are open
  std::mutex mutex_;
  std::optional<SteadyTime> failed_at_;  ///< the last failure that counted
};

}  // namespace curt::cache
