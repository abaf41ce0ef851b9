#include "curt/limits/circuit_breaker.hpp"

#include <utility>

#include <fmt/format.h>

namespace curt::limits {

CircuitBreaker::CircuitBreaker(const std::string& dependency, Reachability& reachability, const Clock& clock,
                               Metrics& metrics)
    : reachability_(reachability),
      clock_(clock),
      opened_(metrics.counter("curt_circuit_breaker_opened_total",
                              "How often something that keeps failing was left alone.",
                              {{"dependency", dependency}})),
      refused_(metrics.counter("curt_circuit_breaker_refused_total",
                               "Questions that were not asked, since the dependency is left alone.",
                               {{"dependency", dependency}})) {
  metrics.gauge_from("curt_circuit_breaker_open", "Whether a dependency is left alone: 1 or 0.",
                     [this] { return is_open() ? 1.0 : 0.0; }, {{"dependency", dependency}});
}

void CircuitBreaker::answered(std::chrono::steady_clock::duration latency) {
  if (!awaits_answer_.load(std::memory_order_acquire)) return;
  const std::lock_guard lock{mutex_};
  note_answer(latency);
}

void CircuitBreaker::answered_late(std::chrono::steady_clock::duration latency) {
  if (!awaits_answer_.load(std::memory_order_acquire)) return;
  const std::lock_guard lock{mutex_};
  if (!is_open()) note_answer(latency);
}

/// Under the lock.
void CircuitBreaker::note_answer(std::chrono::steady_clock::duration latency) {
  failures_ = 0;
  silent_since_.reset();
  awaits_answer_ = false;
  open_.store(false, std::memory_order_release);
  reachability_.answered(latency);
}

void CircuitBreaker::failed(const std::string& why) {
  const std::lock_guard lock{mutex_};
  awaits_answer_ = true;
  if (++failures_ >= kFailures) open(why);
}

void CircuitBreaker::watch(bool something_waits) {
  const std::lock_guard lock{mutex_};
  awaits_answer_ = true;
  if (!something_waits) {
    silent_since_.reset();
    return;
  }
  const SteadyTime now = clock_.steady_now();
  if (!silent_since_) silent_since_ = now;
  const auto silence = now - *silent_since_;
  if (silence < kLongestSilence || is_open()) return;
  open(fmt::format("no answer for {} ms",
                   std::chrono::duration_cast<std::chrono::milliseconds>(silence).count()));
}

bool CircuitBreaker::begin_probe() {
  if (!is_open()) return false;
  const std::lock_guard lock{mutex_};
  const SteadyTime now = clock_.steady_now();
  if (now < probe_at_) return false;
  probe_at_ = now + kProbeInterval;
  return true;
}

/// Under the lock. Tells the reason also of one that is open already.
void CircuitBreaker::open(const std::string& why) {
  reachability_.failed(why);  // first, so that a caller that is refused finds it told
  if (is_open()) return;
  opened_.add();
  probe_at_ = clock_.steady_now() + kProbeInterval;
  open_.store(true, std::memory_order_release);
}

}  // namespace curt::limits
