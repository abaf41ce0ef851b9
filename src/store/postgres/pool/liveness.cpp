#include "store/postgres/pool/liveness.hpp"

#include <algorithm>

namespace curt::store::postgres {

void Liveness::watch(bool something_waits) {
  if (!something_waits) {
    waits_since_ = Clock::time_point::max();
  } else if (waits_since_ == Clock::time_point::max()) {
    waits_since_ = Clock::now();
  }
  breaker_.watch(something_waits);
}

bool Liveness::begin_probe() {
  if (is_open()) return breaker_.begin_probe();
  if (waits_since_ == Clock::time_point::max()) return false;
  const auto now = Clock::now();
  if (now - std::max(waits_since_, answered_at_.load()) < kQuiet || now < ping_at_) return false;
  ping_at_ = now + limits::CircuitBreaker::kProbeInterval;
  return true;
}

void Liveness::connected(Clock::duration latency) {
  ++connections_;
  answered_at_ = Clock::now();
  breaker_.answered(latency);
}

bool Liveness::cannot_connect(Clock::time_point begun, const std::string& why) {
  // What the server itself says of a connection begins so in nearly every language.
  const bool has_answered = why.find("FATAL") != std::string::npos;
  if (!is_open() && connections_ > 0) {
    if (has_answered) answered(begun);
    // An idle connection may be one to a server that is gone.
    if (answered_at_.load() >= begun) return false;
  }
  failed(begun, why);
  return true;
}

void Liveness::answered(Clock::time_point sent) {
  const auto now = Clock::now();
  answered_at_.store(now, std::memory_order_relaxed);
  breaker_.answered_late(now - sent);
}

void Liveness::lost(Clock::time_point sent, const std::string& why) { failed(sent, why); }

void Liveness::overdue(Clock::time_point sent) {
  if (answered_at_.load(std::memory_order_relaxed) < sent) failed(sent, "no answer within the deadline");
}

/// Unless it had begun already when the last failure was counted. What is not counted moves that moment no
/// further: attempts that overlap without end would keep each other from being counted.
void Liveness::failed(Clock::time_point begun, const std::string& why) {
  const auto now = Clock::now();
  auto last = failed_at_.load();
  do {
    if (begun < last) return;
  } while (!failed_at_.compare_exchange_weak(last, now));
  breaker_.failed(why);
}

}  // namespace curt::store::postgres
