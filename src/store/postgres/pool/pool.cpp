#include "store/postgres/pool/pool.hpp"

#include <algorithm>
#include <utility>

namespace curt::store::postgres {
namespace {

Deadline latest_of(const std::vector<JobPtr>& jobs) {
  Deadline latest = jobs.front()->deadline();
  for (const JobPtr& job : jobs) {
    if (job->deadline().at() > latest.at()) latest = job->deadline();
  }
  return latest;
}

}  // namespace

Pool::Pool(PoolOptions options, PoolParts parts, Metrics& metrics)
    : Pool(std::move(options), parts, PoolMetrics{metrics}, StatementTimes{metrics, "postgres"}, metrics) {
  metrics.gauge_from("curt_db_max_connections", "The database server's own limit of connections.",
                     [this] { return static_cast<double>(max_connections_.load()); });
}

Pool::Pool(PoolOptions options, PoolParts parts, const Pool& other, Metrics& queues)
    : Pool(std::move(options), parts, other.metrics_, other.times_, queues) {}

Pool::Pool(PoolOptions options, PoolParts parts, const PoolMetrics& metrics, const StatementTimes& times,
           Metrics& queues)
    : options_(std::move(options)),
      liveness_(parts.liveness),
      watchdog_(parts.watchdog),
      writes_(parts.writes),
      metrics_(metrics),
      times_(times),
      lanes_({.threads = std::max<std::size_t>(options_.size, 1),
              .length = options_.queue_length,
              .most_creates = options_.most_creates,
              .client_share = options_.client_share,
              .longest_wait = options_.queue_timeout,
              .on_push = [this] { on_push(); },
              .creates = options_.creates},
             queues) {
  for (std::size_t i = 0; i < std::max<std::size_t>(options_.size, 1); ++i) {
    workers_.push_back(std::make_unique<Worker>());
  }
  metrics_.size.add(static_cast<std::int64_t>(workers_.size()));
  for (const auto& worker : workers_) worker->thread = std::thread{[this, &w = *worker] { work(w); }};
  {
    const std::lock_guard lock{mutex_};
    connect_as_needed();
  }
  watchdog_.watch(*this);
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
  attempts_.join();
  watchdog_.forget(*this);
  metrics_.open.add(-static_cast<std::int64_t>(fresh_.size()));
  for (std::size_t i = 0; i < fresh_.size(); ++i) liveness_.disconnected();
}

PoolState Pool::state() const {
  const std::lock_guard lock{mutex_};
  return {workers_.size(), open_, lanes_.threads(), lanes_.jobs()};
}

std::optional<std::size_t> Pool::max_connections() const noexcept {
  const std::size_t limit = max_connections_.load(std::memory_order_relaxed);
  return limit == 0 ? std::nullopt : std::optional{limit};
}

/// On the thread that brings a job, which may be a core's: connections are begun by a thread that has none.
void Pool::on_push() {
  const std::lock_guard lock{mutex_};
  connected_.notify_one();
  if (may_connect() && wants_connection()) disconnected_.notify_one();
}

/// Sees to it that a job which waits is worked on; under the lock, and on a thread of the pool.
void Pool::wake_one() {
  connected_.notify_one();
  connect_as_needed();
}

void Pool::work(Worker& worker) {
  for (;;) {
    const Step step = next_step(worker);
    if (const auto* lane = std::get_if<LaneName>(&step)) {
      serve(worker, *lane);
      continue;
    }
    disconnect(worker);
    if (std::holds_alternative<Stop>(step)) return;
    const std::lock_guard lock{mutex_};
    if (std::get<Close>(step).probe_instead && !begin_attempt(Writability::Purpose::probe)) {
      writability_.end_probe();
    }
    connect_as_needed();
  }
}

/// Waits until there is something to do.
Pool::Step Pool::next_step(Worker& worker) {
  auto idle_at = Deadline::clock::now() + options_.idle_timeout;
  std::unique_lock lock{mutex_};
  for (;;) {
    if (auto step = step_now(worker)) return *step;
    if (!worker.session.connection) {
      connect_as_needed();
      disconnected_.wait(lock);
      continue;
    }
    const bool waits_forever = options_.idle_timeout == std::chrono::seconds::zero();
    if (waits_forever) connected_.wait(lock);
    const bool idle = !waits_forever && connected_.wait_until(lock, idle_at) == std::cv_status::timeout;
    if (!idle) continue;
    if (auto step = step_now(worker)) return *step;
    if (open_ - closing_ > options_.min_size) return begin_to_close(worker, {});
    idle_at += options_.idle_timeout;
  }
}

/// Under the lock.
Pool::Step Pool::begin_to_close(Worker& worker, Close close) {
  worker.is_closing = true;
  ++closing_;
  return close;
}

/// What the thread can do at once, under the lock; a lane is entered.
std::optional<Pool::Step> Pool::step_now(Worker& worker) {
  // Those that have a job already come first.
  if (!worker.session.connection && fresh_.size() > retrying_) take_fresh(worker);
  if (worker.session.connection) {
    if (worker.session.generation != writability_.generation()) return begin_to_close(worker, {});
    if (may_probe_writes() && !has_room()) {
      writability_.begin_probe(Writability::Clock::now());
      if (!lanes_.empty()) wake_one();  // the wake-up may have been meant for a job
      return begin_to_close(worker, {.probe_instead = true});
    }
    if (const auto lane = lanes_.next()) {
      lanes_.enter(*lane);
      begin_work(worker);
      return *lane;
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

/// Under the lock, like end_work().
void Pool::begin_work(Worker& worker) {
  worker.is_working = true;
  ++working_;
}

void Pool::end_work(Worker& worker) {
  if (std::exchange(worker.is_working, false)) --working_;
}

void Pool::serve(Worker& worker, LaneName lane) {
  // A connection that the server ended while it waited is noticed here, and costs no job.
  const bool is_usable = worker.session.connection->is_quiet();
  std::vector<JobPtr> jobs;
  if (is_usable) jobs = queue(lane).try_pop(lanes_.work(lane).most_jobs);
  {
    const std::lock_guard lock{mutex_};
    lanes_.took_jobs(lane);
    // The wake-up that brought us here may have been meant for more jobs than these.
    if (!lanes_.empty()) wake_one();
  }
  if (!is_usable || !run_jobs(worker, lanes_.work(lane), jobs)) drop_broken(worker);
  {
    const std::lock_guard lock{mutex_};
    lanes_.leave(lane);
    end_work(worker);
    // Its place in the lane is free, and so may be its job.
    if (!lanes_.empty()) wake_one();
  }
  // Only now, so that whoever asks again because of the answer finds this connection free.
  for (const JobPtr& job : jobs) job->finish();
}

/// Gives each job its outcome. False if the connection must not be used again.
bool Pool::run_jobs(Worker& worker, const LaneWork& lane_work, const std::vector<JobPtr>& jobs) {
  if (jobs.empty()) return true;
  metrics_.busy.add(1);
  worker.in_flight.begin(jobs, worker.session.connection->socket(), lane_work.first_statement);
  Ran ran = run_once(worker, lane_work, jobs);
  if (ran == Ran::lost) ran = run_again(worker, lane_work, jobs);
  worker.in_flight.end();
  metrics_.busy.add(-1);
  return ran == Ran::well;
}

/// Runs jobs that are in flight.
Pool::Ran Pool::run_once(Worker& worker, const LaneWork& lane_work, const std::vector<JobPtr>& jobs) {
  Connection& connection = *worker.session.connection;
  const auto sent = Deadline::clock::now();
  connection.begin_jobs(latest_of(jobs));
  lane_work.run(connection, jobs);
  const auto& loss = connection.loss();
  const bool may_run_again = loss && worker.in_flight.keep_for_another_connection();
  // Where it was cut, others have said why.
  if (!may_run_again && !worker.in_flight.end()) return Ran::badly;
  if (connection.refused_write()) {
    const std::lock_guard lock{mutex_};
    found_writes(worker.session, false, Writability::Purpose::work);
  }
  if (loss && !loss->answered) {
    liveness_.lost(sent, loss->why);
    follow_breaker();
  } else {
    liveness_.answered(sent);
  }
  if (may_run_again) return Ran::lost;
  return connection.is_broken() ? Ran::badly : Ran::well;
}

/// On another connection, if one comes in time.
Pool::Ran Pool::run_again(Worker& worker, const LaneWork& lane_work, const std::vector<JobPtr>& jobs) {
  drop_broken(worker);
  if (!await_connection(worker)) return Ran::badly;
  // The breaker may have opened just now, and the callers have been told that nothing was done.
  const int socket = worker.session.connection->socket();
  if (!worker.in_flight.begin_again(socket, lane_work.first_statement)) return Ran::well;
  metrics_.retries.add(jobs.size());
  return run_once(worker, lane_work, jobs);
}

}  // namespace curt::store::postgres
