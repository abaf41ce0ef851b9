#include <exception>
#include <optional>
#include <utility>

#include "store/failures.hpp"
#include "store/postgres/pool/failure.hpp"
#include "store/postgres/pool/pool.hpp"

// How the pool's connections come and go, and what is known of the server by them.

namespace curt::store::postgres {
namespace {

/// A failed attempt that took so long means more than chance.
constexpr std::chrono::seconds kLongConnect{1};

}  // namespace

void Pool::connect(Worker& worker, Writability::Purpose purpose) {
  disconnect(worker);
  {
    const std::lock_guard lock{mutex_};
    worker.generation = writability_.generation();
  }
  const auto begun = Deadline::clock::now();
  try {
    worker.connection.emplace(options_.connection, times_, worker.in_flight);
    connected(worker, purpose, Deadline::clock::now() - begun);
  } catch (const std::exception& e) {
    cannot_connect(e, purpose, Deadline::clock::now() - begun);
  }
}

void Pool::connected(Worker& worker, Writability::Purpose purpose, Deadline::clock::duration latency) {
  const Connection& connection = *worker.connection;
  metrics_.connects.add();
  metrics_.open.add(1);
  if (const auto limit = connection.max_connections()) max_connections_ = *limit;
  {
    const std::lock_guard lock{mutex_};
    --connecting_;
    ++open_;
    backoff_.succeeded();
    probing_ = false;
    if (purpose == Writability::Purpose::probe) writability_.end_probe();
    if (std::exchange(down_, false)) refuse_what_must_fail();
    found_writes(worker, connection.takes_writes(), purpose);
    if (writability_.takes_writes()) writes_.answered(latency);
  }
  told_down_ = false;
  reachability_.answered(latency);
}

void Pool::cannot_connect(const std::exception& failure, Writability::Purpose purpose,
                          Deadline::clock::duration after) {
  metrics_.failures.add();
  const std::string text = text_of(failure);
  std::unique_lock lock{mutex_};
  --connecting_;
  probing_ = false;
  if (purpose == Writability::Purpose::probe) writability_.end_probe();
  backoff_.failed();
  // Others that are connected may still get their work done, such as when the server has no room for more.
  // And one quick failure may be chance, such as a server that had just begun to restart.
  const bool down = open_ == 0 && (backoff_.failures() > 1 || after >= kLongConnect);
  if (down) {
    lock.unlock();
    // Reported first, so that a caller that is refused finds it reported.
    told_down_ = true;
    reachability_.failed(text);
    lock.lock();
    down_ = open_ == 0;
    if (down_) refuse_what_must_fail();
  }
  lock.unlock();
  disconnected_.notify_all();
}

/// Whether it is time for a probe and one may be made; under the lock.
bool Pool::may_probe_writes() const {
  return options_.probes_writes && !down_ && !closed_ && backoff_.is_over() &&
         writability_.probe_is_due(Writability::Clock::now());
}

/// Takes in what the worker's connection found; under the lock.
void Pool::found_writes(Worker& worker, bool takes_writes, Writability::Purpose purpose) {
  if (!writability_.found(takes_writes, worker.generation, purpose)) return;
  worker.generation = writability_.generation();
  // Reported first, as above.
  if (!takes_writes) writes_.failed("the server is read-only or a standby");
  refuse_what_must_fail();
  connected_.notify_all();  // the other connections are closed
}

/// Tells the lanes which jobs fail at once from now on; under the lock.
void Pool::refuse_what_must_fail() {
  std::optional<Error> reads;
  std::optional<Error> writes;
  if (down_) {
    reads = writes = store_unavailable({});
  } else if (!writability_.takes_writes()) {
    writes = store_takes_no_writes({});
  }
  lanes_.refuse(reads, writes);
}

void Pool::disconnect(Worker& worker) {
  if (!worker.connection) return;
  worker.connection.reset();
  metrics_.open.add(-1);
  const std::lock_guard lock{mutex_};
  --open_;
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
  if (may_probe_writes()) wake_one();
}

}  // namespace curt::store::postgres
