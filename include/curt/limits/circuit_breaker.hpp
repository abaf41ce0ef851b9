#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>

#include "curt/base/clock.hpp"
#include "curt/base/metrics.hpp"
#include "curt/base/reachability.hpp"

namespace curt::limits {

/// Leaves a dependency alone that keeps failing: it is open, and nothing but a probe asks the dependency,
/// after kFailures failures in a row, or once nothing was answered for kLongestSilence although something
/// waited all that time. The first answer closes it.
///
/// A failure is that no connection can be made, that one is lost, or that a command which was sent has no
/// answer when its time is over. None is: what was never sent, an error that the dependency answers, and a
/// dependency that takes no writes.
///
/// Thread-safe. While all goes well, every call is a few relaxed loads.
class CircuitBreaker {
 public:
  static constexpr std::size_t kFailures = 3;
  static constexpr std::chrono::seconds kLongestSilence{2};
  static constexpr std::chrono::milliseconds kProbeInterval{500};

  /// `dependency` such as "redis", as metrics have it. `reachability` is told when the breaker opens and
  /// closes, and logs it; of other answers now and then. What is given here outlives it.
  CircuitBreaker(const std::string& dependency, Reachability& reachability, const Clock& clock,
                 Metrics& metrics);
  CircuitBreaker(const CircuitBreaker&) = delete;
  CircuitBreaker& operator=(const CircuitBreaker&) = delete;

  /// Whether the dependency is left alone.
  [[nodiscard]] bool is_open() const noexcept { return open_.load(std::memory_order_acquire); }

  /// Whether the dependency may be asked; counts a refusal.
  [[nodiscard]] bool lets_through() const noexcept {
    if (!is_open()) return true;
    refused_.add();
    return false;
  }

  /// Counts the questions that are refused by other means than lets_through().
  [[nodiscard]] const Counter& refusals() const noexcept { return refused_; }

  /// The dependency answered in time, after this long, whatever the answer says. Closes the breaker.
  void answered(std::chrono::steady_clock::duration latency);

  /// The same for an answer to something that was asked before the breaker opened, which leaves it open:
  /// where several connections break at once, the last answer of one may come after the failures of the
  /// others.
  void answered_late(std::chrono::steady_clock::duration latency);

  /// The dependency failed; `why` names no secret.
  void failed(const std::string& why);

  /// Tells it whether something waits for an answer now. To be called several times a second, by one thread.
  void watch(bool something_waits);

  /// True once every kProbeInterval while the breaker is open: whoever gets it makes a connection for it and
  /// asks for an answer, then calls answered() or failed().
  [[nodiscard]] bool begin_probe();

 private:
  void open(const std::string& why);
  void note_answer(std::chrono::steady_clock::duration latency);

  Reachability& reachability_;
  const Clock& clock_;
  const Counter opened_;
  const Counter refused_;
  std::atomic<bool> open_{false};
  /// Whether the next answer has to be noted: it is the first one, the first since watch(), or takes a
  /// failure back.
  std::atomic<bool> awaits_answer_{true};
  std::mutex mutex_;
  std::size_t failures_ = 0;                ///< since the last answer
  std::optional<SteadyTime> silent_since_;  ///< something has waited since then, and nothing was answered
  SteadyTime probe_at_{};
};

}  // namespace curt::limits
