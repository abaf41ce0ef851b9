#include <algorithm>
#include <optional>

#include "store/failures.hpp"
#include "store/postgres/pool/pool.hpp"

// What the pool knows of the server, and what follows from that.

namespace curt::store::postgres {

bool Pool::is_waited_for() {
  const auto waits = [](const auto& worker) { return worker->in_flight.is_waited_for(); };
  if (std::any_of(workers_.begin(), workers_.end(), waits)) return true;
  const std::lock_guard lock{mutex_};
  return !lanes_.empty();
}

void Pool::look_after() {
  for (const auto& worker : workers_) {
    if (const auto sent = worker->in_flight.answer_overdue()) liveness_.overdue(*sent);
  }
  attempts_.look_after();
  lanes_.fail_overdue();
  follow_breaker();
  const std::lock_guard lock{mutex_};
  if (options_.probes && !closed_ && liveness_.begin_probe()) {
    begin_attempt(Writability::Purpose::work, left_alone_ ? Reason::probe : Reason::ping);
  }
  if (may_probe_writes()) connected_.notify_one();
  if (retrying_ > 0 || closed_) disconnected_.notify_all();
  // A job that its lane has just failed may have been the last one that the threads stayed for.
  if (closed_) connected_.notify_all();
  connect_as_needed();
}

/// Does what follows from the state of the breaker; takes the lock. While it is open, this is repeated, as a
/// thread may have taken a job just before.
void Pool::follow_breaker() {
  {
    const std::lock_guard lock{mutex_};
    if (const bool is_open = liveness_.is_open(); is_open != left_alone_) {
      left_alone_ = is_open;
      begin_period();
      refuse_what_must_fail();
    }
  }
  if (!liveness_.is_open()) return;
  for (const auto& worker : workers_) worker->in_flight.give_up();
}

/// Under the lock, like all that follows.
void Pool::begin_period() {
  ++period_;
  connecting_ = 0;
  if (!left_alone_) return;
  // What is idle may have been lost as well.
  writability_.renew();
  connected_.notify_all();
  disconnected_.notify_all();
}

/// Whether it is time for a probe and one may be made.
bool Pool::may_probe_writes() const {
  return options_.probes && !left_alone_ && !closed_ && backoff_.is_over() &&
         writability_.probe_is_due(Writability::Clock::now());
}

/// Takes in what a session found.
void Pool::found_writes(Session& session, bool takes_writes, Writability::Purpose purpose) {
  if (!writability_.found(takes_writes, session.generation, purpose)) return;
  session.generation = writability_.generation();
  // Told first, so that a caller that is refused finds it told.
  if (!takes_writes) writes_.failed("the server is read-only or a standby");
  refuse_what_must_fail();
  connected_.notify_all();  // the other connections are closed
}

/// Tells the lanes which jobs fail at once from now on.
void Pool::refuse_what_must_fail() {
  std::optional<Refusal> reads;
  std::optional<Refusal> writes;
  if (left_alone_) {
    reads = writes = Refusal{store_unavailable({}), liveness_.breaker().refusals()};
  } else if (!writability_.takes_writes()) {
    writes = Refusal{store_takes_no_writes({})};
  }
  lanes_.refuse(reads, writes);
}

bool Pool::takes_writes() const {
  const std::lock_guard lock{mutex_};
  return writability_.takes_writes();
}

void Pool::renew() {
  const std::lock_guard lock{mutex_};
  writability_.renew();
  connected_.notify_all();
}

void Pool::note_writable(bool takes_writes) {
  const std::lock_guard lock{mutex_};
  writability_.hear(takes_writes);
  connected_.notify_one();
  disconnected_.notify_one();
}

}  // namespace curt::store::postgres
