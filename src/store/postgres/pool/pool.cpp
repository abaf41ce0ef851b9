#include "store/postgres/pool/pool.hpp"

#include <algorithm>
#include <utility>

namespace curt::store::postgres {
namespace {

/// How late the answer to a caller whose deadline has passed may be.
constexpr std::chrono::milliseconds kWatchInterval{50};

/// How often each thread tells that the database answers; while it is down, at the first answer.
constexpr std::chrono::milliseconds kNoteInterval{100};

}  // namespace

Pool::Pool(PoolOptions options, Reachability& reachability, Reachability& writes, Metrics& metrics)
    : Pool(std::move(options), reachability, writes, PoolMetrics{metrics},
           StatementTimes{metrics, "postgres"}, metrics) {
  metrics.gauge_from("curt_db_max_connections", "The database server's own limit of connections.",
                     [this] { return static_cast<double>(max_connections_.load()); });
}

Pool::Pool(PoolOptions options, Reachability& reachability, Reachability& writes, const Pool& other,
           Metrics& queues)
    : Pool(std::move(options), reachability, writes, other.metrics_, other.times_, queues) {}

Pool::Pool(PoolOptions options, Reachability& reachability, Reachability& writes, const PoolMetrics& metrics,
           const StatementTimes& times, Metrics& queues)
    : options_(std::move(options)),
      reachability_(reachability),
      writes_(writes),
      metrics_(metrics),
      times_(times),
      lanes_(
          std::max<std::size_t>(options_.size, 1), options_.queue_capacity, options_.queue_timeout,
          [this] { on_push(); }, options_.creates, queues) {
  for (std::size_t i = 0; i < std::max<std::size_t>(options_.size, 1); ++i) {
    workers_.push_back(std::make_unique<Worker>());
  }
  metrics_.size.add(static_cast<std::int64_t>(workers_.size()));
  for (const auto& worker : workers_) worker->thread = std::thread{[this, &w = *worker] { work(w); }};
  watchdog_ = std::thread{[this] { watch(); }};
}

Pool::~Pool() {
  lanes_.close();
  {
    const std::lock_guard lock{mutex_};
    closed_ = true;
  }
  connected_.notify_all();
  disconnected_.notify_all();
  for (const auto& worker : workers_) worker->thread.join();
  {
    const std::lock_guard lock{mutex_};
    watching_ = false;
  }
  stopping_.notify_all();
  watchdog_.join();
}

PoolState Pool::state() const {
  const std::lock_guard lock{mutex_};
  return {workers_.size(), open_, lanes_.threads(), lanes_.jobs()};
}

std::optional<std::size_t> Pool::max_connections() const noexcept {
  const std::size_t limit = max_connections_.load(std::memory_order_relaxed);
  return limit == 0 ? std::nullopt : std::optional{limit};
}

void Pool::on_push() {
  const std::lock_guard lock{mutex_};
  wake_one();
}

/// Wakes a thread for a job, best one that is connected.
void Pool::wake_one() { (connected_waiting_ > 0 ? connected_ : disconnected_).notify_one(); }

void Pool::work(Worker& worker) {
  for (;;) {
    const Step step = next_step(worker);
    if (const auto* lane = std::get_if<LaneName>(&step)) {
      serve(worker, *lane);
    } else if (const auto* connecting = std::get_if<Connect>(&step)) {
      connect(worker, connecting->purpose);
    } else {
      disconnect(worker);
      if (std::holds_alternative<Stop>(step)) return;
    }
  }
}

/// Waits until there is something to do.
Pool::Step Pool::next_step(const Worker& worker) {
  const auto idle_at = Deadline::clock::now() + options_.idle_timeout;
  std::unique_lock lock{mutex_};
  for (;;) {
    // Looked at before the step: a backoff that ends meanwhile must not be slept through.
    const bool backing_off = !backoff_.is_over();
    if (auto step = step_now(worker)) return *step;
    if (worker.connection) {
      ++connected_waiting_;
      const bool waits_forever = options_.idle_timeout == std::chrono::seconds::zero();
      if (waits_forever) connected_.wait(lock);
      const bool idle = !waits_forever && connected_.wait_until(lock, idle_at) == std::cv_status::timeout;
      --connected_waiting_;
      if (!idle) continue;
      if (auto step = step_now(worker)) return *step;
      return CloseIdle{};
    } else if (backing_off) {
      disconnected_.wait_until(lock, backoff_.until());
    } else {
      disconnected_.wait(lock);
    }
  }
}

/// What the thread can do at once, under the lock; a lane is entered.
std::optional<Pool::Step> Pool::step_now(const Worker& worker) {
  if (worker.connection && worker.generation != writability_.generation()) return CloseIdle{};
  // A thread without a connection would add one, which is right only where no other one is free.
  if (may_probe_writes() && (worker.connection || connected_waiting_ == 0)) {
    writability_.begin_probe(Writability::Clock::now());
    ++connecting_;
    if (!lanes_.empty()) wake_one();  // the wake-up may have been meant for a job
    return Connect{Writability::Purpose::probe};
  }
  if (!worker.connection && down_ && !closed_) {
    if (probing_ || !backoff_.is_over()) return std::nullopt;
    probing_ = true;
    ++connecting_;
    return Connect{Writability::Purpose::work};
  }
  if (const auto lane = lanes_.next()) {
    if (worker.connection) {
      lanes_.enter(*lane);
      return *lane;
    }
    if (backoff_.is_over() && connecting_ < lanes_.jobs()) {
      ++connecting_;
      return Connect{Writability::Purpose::work};
    }
  }
  if (closed_ && lanes_.empty()) {
    // Others may have found a job there that this thread has done since.
    connected_.notify_all();
    disconnected_.notify_all();
    return Stop{};
  }
  return std::nullopt;
}

void Pool::serve(Worker& worker, LaneName lane) {
  // A connection that the server ended while it waited is noticed here, and costs no job.
  const bool usable = worker.connection->is_quiet() && run_jobs(worker, lane);
  if (!usable) {
    metrics_.failures.add();
    disconnect(worker);
  }
  const std::lock_guard lock{mutex_};
  lanes_.leave(lane);
  // Its place in the lane is free, and so may be its job.
  if (!usable && !lanes_.empty()) wake_one();
}

/// False if the connection must not be used again.
bool Pool::run_jobs(Worker& worker, LaneName lane) {
  const LaneWork& lane_work = lanes_.work(lane);
  const auto jobs = queue(lane).try_pop(lane_work.most_jobs);
  {
    // The wake-up that brought us here may have been meant for more jobs than these.
    const std::lock_guard lock{mutex_};
    if (!lanes_.empty()) wake_one();
  }
  if (jobs.empty()) return true;
  Connection& connection = *worker.connection;
  metrics_.busy.add(1);
  const auto begun = Deadline::clock::now();
  worker.in_flight.begin(jobs, connection.socket(), lane_work.first_statement);
  lane_work.run(connection, jobs);
  const bool in_time = worker.in_flight.end();
  metrics_.busy.add(-1);
  if (connection.refused_write()) {
    const std::lock_guard lock{mutex_};
    found_writes(worker, false, Writability::Purpose::work);
  }
  for (const auto& job : jobs) job->finish();
  if (!in_time || connection.is_broken()) return false;
  note_answer(worker, Deadline::clock::now() - begun);
  return true;
}

void Pool::note_answer(Worker& worker, Deadline::clock::duration latency) {
  const auto now = Deadline::clock::now();
  if (!told_down_.load(std::memory_order_relaxed) && now - worker.noted_at < kNoteInterval) return;
  worker.noted_at = now;
  told_down_ = false;
  reachability_.answered(latency);
}

void Pool::watch() {
  std::unique_lock lock{mutex_};
  while (watching_) {
    lock.unlock();
    for (const auto& worker : workers_) worker->in_flight.answer_overdue();
    lanes_.fail_overdue();
    lock.lock();
    if (may_probe_writes()) wake_one();
    if (watching_) stopping_.wait_for(lock, kWatchInterval);
  }
}

}  // namespace curt::store::postgres
