#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

#include "store/postgres/connection/failure.hpp"
#include "store/postgres/pool/pool.hpp"

// How the pool's connections come and go.

namespace curt::store::postgres {
namespace {

/// How long a probe may take to connect, to each host, where the setting allows more: a database that needs
/// longer is of no use, and the next probes must not have to wait until the earlier ones are over.
constexpr std::chrono::seconds kProbeTimeout{5};

/// Attempts that may be under way beside one for each thread: while the database is away, as many probes as
/// begin in the time that connecting takes, to three hosts, so that one begins twice a second.
constexpr std::size_t kMostProbes = 32;

}  // namespace

/// Whether another connection may be made; under the lock, like all here that do not take it.
bool Pool::has_room() const { return open_ + connecting_ < workers_.size(); }

/// Whether one may be begun now, except as a probe.
bool Pool::may_connect() const { return !liveness_.is_open() && backoff_.is_over(); }

/// How many connections that no thread has could be used at once. A job that waits can be served by a thread
/// whose connection is idle; one that runs once more is held by a thread that has lost its own.
std::size_t Pool::needed() const {
  const std::size_t idle = open_ - fresh_.size() - working_ - closing_;
  const std::size_t startable = lanes_.startable();
  return retrying_ + startable - std::min(startable, idle);
}

bool Pool::wants_connection() const {
  if (!has_room()) return false;
  const std::size_t kept = closed_ ? 0 : options_.min_size;
  if (open_ + connecting_ - closing_ < kept) return true;
  return needed() > fresh_.size() + connecting_;
}

/// Begins to make the connections that are missing, unless the last attempt has just failed.
void Pool::connect_as_needed() {
  if (!may_connect()) return;
  if (may_probe_writes() && has_room() && begin_attempt(Writability::Purpose::probe)) {
    writability_.begin_probe(Writability::Clock::now());
  }
  while (wants_connection() && begin_attempt(Writability::Purpose::work)) {
  }
}

bool Pool::begin_attempt(Writability::Purpose purpose, Reason reason) {
  if (attempts_.under_way() >= workers_.size() + kMostProbes) return false;
  const Attempt begun{purpose, reason, writability_.generation(), period_, Deadline::clock::now()};
  if (!attempts_.begin([this, begun](InFlight& set_up) { attempt(begun, set_up); })) {
    if (backoff_.is_over()) backoff_.failed();
    return false;
  }
  ++connecting_;
  return true;
}

/// On a thread of its own, without the lock.
void Pool::attempt(Attempt attempt, InFlight& set_up) {
  try {
    const auto most = attempt.reason == Reason::need ? std::nullopt : std::optional{kProbeTimeout};
    auto connection = std::make_unique<Connection>(options_.connection, times_, set_up, most);
    connected(attempt, std::move(connection));
  } catch (const std::exception& e) {
    cannot_connect(attempt, e);
  }
}

/// Takes the lock.
void Pool::connected(const Attempt& attempt, std::unique_ptr<Connection> connection) {
  const auto latency = Deadline::clock::now() - attempt.begun;
  metrics_.connects.add();
  if (const auto limit = connection->max_connections()) max_connections_ = *limit;
  crowded_.end();
  liveness_.connected(latency);
  follow_breaker();
  Session session{std::move(connection), attempt.generation};
  bool is_taken = false;
  {
    const std::lock_guard lock{mutex_};
    end_attempt(attempt);
    backoff_.succeeded();
    found_writes(session, session.connection->takes_writes(), attempt.purpose);
    if (writability_.takes_writes()) writes_.answered(latency);
    // Also where another is being made for the same job: that one may hang.
    const bool is_wanted = attempt.reason != Reason::ping || needed() > fresh_.size();
    if (is_wanted && open_ < workers_.size()) {
      ++open_;
      metrics_.open.add(1);
      fresh_.push_back(std::move(session));
      is_taken = true;
    }
    connect_as_needed();
  }
  disconnected_.notify_all();
  // One that was only a ping, or that came when there were enough already.
  if (!is_taken) liveness_.disconnected();
}

/// Takes the lock.
void Pool::cannot_connect(const Attempt& attempt, const std::exception& failure) {
  metrics_.failures.add();
  const std::string text = text_of(failure);
  const bool is_outage = liveness_.cannot_connect(attempt.begun, text);
  {
    const std::lock_guard lock{mutex_};
    end_attempt(attempt);
    // Several that fail together are one failure.
    if (backoff_.is_over()) backoff_.failed();
    if (!is_outage && backoff_.failures() >= limits::CircuitBreaker::kFailures) {
      crowded_.begin({{"error", text}});
    }
  }
  follow_breaker();
}

void Pool::end_attempt(const Attempt& attempt) {
  if (attempt.period == period_) --connecting_;
  if (attempt.purpose == Writability::Purpose::probe) writability_.end_probe();
}

/// Waits for another connection as long as somebody waits for the thread's jobs; false if none has come, as
/// where the server makes no more: those that are idle stay with their threads. Takes the lock.
bool Pool::await_connection(Worker& worker) {
  std::unique_lock lock{mutex_};
  ++retrying_;
  while (!worker.session.connection && worker.in_flight.is_waited_for()) {
    if (fresh_.empty()) {
      connect_as_needed();
      disconnected_.wait(lock);  // the watchdog wakes it as well
      continue;
    }
    take_fresh(worker);
    begin_work(worker);
    if (worker.session.generation == writability_.generation()) break;
    // It may lead to a server that is the wrong one by now.
    lock.unlock();
    disconnect(worker);
    lock.lock();
  }
  --retrying_;
  connect_as_needed();  // the wake-up may have been meant for another job
  if (!fresh_.empty()) disconnected_.notify_all();
  return worker.session.connection != nullptr;
}

void Pool::take_fresh(Worker& worker) {
  worker.session = std::move(fresh_.back());
  fresh_.pop_back();
  worker.session.connection->work_for(worker.in_flight);
}

/// Takes the lock.
void Pool::disconnect(Worker& worker) {
  if (!worker.session.connection) return;
  worker.session.connection.reset();
  metrics_.open.add(-1);
  liveness_.disconnected();
  const std::lock_guard lock{mutex_};
  --open_;
  end_work(worker);
  if (std::exchange(worker.is_closing, false)) --closing_;
}

/// Takes the lock.
void Pool::drop_broken(Worker& worker) {
  if (!worker.session.connection) return;
  metrics_.failures.add();
  disconnect(worker);
}

}  // namespace curt::store::postgres
