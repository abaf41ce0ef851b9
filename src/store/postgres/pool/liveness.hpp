#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <string>

#include "curt/base/deadline.hpp"
#include "curt/limits/circuit_breaker.hpp"

namespace curt::store::postgres {

/// What the pools of a database see of it, as its circuit breaker takes it. Thread-safe.
///
/// What fails at the same time is one failure: if eight connections break at once, as when the server
/// restarts, seven of these say nothing of whether the next one can be made, and three statements that one
/// short stall makes late are no outage. And a statement that is overdue, such as one that waits for a lock,
/// is a failure only if the database has answered nothing else since it was sent. Where nothing else is
/// asked, a ping on another connection tells whether it answers, so that a statement may take as long as it
/// likes.
class Liveness {
 public:
  using Clock = Deadline::clock;

  /// Something waits and nothing was answered for so long: time for a ping, whose answer comes before the
  /// deadlines of requests, a second, are over. Twice a second from then on.
  static constexpr std::chrono::milliseconds kQuiet{300};

  /// The breaker outlives it.
  explicit Liveness(limits::CircuitBreaker& breaker) noexcept : breaker_(breaker) {}

  [[nodiscard]] limits::CircuitBreaker& breaker() noexcept { return breaker_; }
  [[nodiscard]] bool is_open() const noexcept { return breaker_.is_open(); }

  /// Takes in whether something waits for an answer now. For one thread, several times a second.
  void watch(bool something_waits);

  /// Whether to make another connection now, to see whether the database answers: a ping while something
  /// waits without an answer, or the probe of a breaker that is open. For the same thread.
  [[nodiscard]] bool begin_probe();

  /// A connection was made, after this long.
  void connected(Clock::duration latency);

  /// A connection is there no more.
  void disconnected() noexcept { --connections_; }

  /// An attempt to connect that began then has failed. True if it is a failure of the database: where there
  /// are other connections and it has answered since, if only that it has no room for more, it is none.
  bool cannot_connect(Clock::time_point begun, const std::string& why);

  /// What was sent then was answered.
  void answered(Clock::time_point sent);

  /// The connection broke on which something was sent then.
  void lost(Clock::time_point sent, const std::string& why);

  /// What was sent then had no answer in time.
  void overdue(Clock::time_point sent);

 private:
  void failed(Clock::time_point begun, const std::string& why);

  limits::CircuitBreaker& breaker_;
  Clock::time_point waits_since_ = Clock::time_point::max();  ///< max: nothing waits
  Clock::time_point ping_at_{};
  std::atomic<std::size_t> connections_{0};
  std::atomic<Clock::time_point> answered_at_{Clock::time_point::min()};  ///< the last time
  std::atomic<Clock::time_point> failed_at_{Clock::time_point::min()};    ///< the last one counted
};

}  // namespace curt::store::postgres
