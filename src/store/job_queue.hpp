#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "curt/base/call.hpp"
#include "curt/base/metrics.hpp"
#include "curt/domain/client_share.hpp"
#include "curt/limits/controlled_delay.hpp"
#include "curt/limits/fair_queue.hpp"

#include "store/job.hpp"

namespace curt::store {

/// The numbers of one queue. Made at start-up, before other threads count.
struct QueueMetrics {
  /// Registers them for a store such as "sqlite" and a queue such as "write".
  QueueMetrics(Metrics& metrics, const std::string& store, const std::string& queue);

  Gauge depth;        ///< jobs that wait
  Histogram wait;     ///< how long they waited
  Counter refused;    ///< jobs that found the queue full
  Counter timed_out;  ///< jobs whose deadline passed while they waited
  Counter shed;       ///< jobs that were given up since the queue stood
};

/// Shows how much is given up before a store such as "sqlite".
void show_shedding(Metrics& metrics, const std::string& store, const limits::ControlledDelay& delay);

/// Most jobs that are committed together.
inline constexpr std::size_t kLargestGroup = 256;

/// How many jobs were committed together, for a store such as "sqlite".
[[nodiscard]] Histogram group_commit_sizes(Metrics& metrics, const std::string& store);

/// Why a queue gives a job back. Nothing was done for any of them.
[[nodiscard]] Error queue_is_full();
[[nodiscard]] Error store_is_stopping();
[[nodiscard]] Error deadline_passed();
[[nodiscard]] Error waited_too_long();
[[nodiscard]] Error shed_by_overload();

/// Why a queue takes no jobs for a while, and what counts those that it refuses.
struct Refusal {
  Error error;
  std::optional<Counter> refused{};

  void count(std::uint64_t jobs) const noexcept {
    if (refused) refused->add(jobs);
  }
};

/// What a queue is made with.
struct QueueOptions {
  std::size_t capacity = 1024;  ///< jobs of clients that may wait; those of curt itself are not counted
  /// The part of it that one client may take while others wait, who are then served in turn; 0: any part.
  double client_share = 0;
  /// Decides which jobs of clients are given up in a standing queue; null: none is. Outlives the queue.
  limits::ControlledDelay* delay = nullptr;
  limits::Work work = limits::Work::lookups;  ///< what its jobs are to `delay`
  /// How long a job may wait, however late its deadline is.
  Deadline::clock::duration longest_wait = Deadline::clock::duration::max();
  /// Called after each job that was taken in, on the thread that brought it.
  std::function<void()> on_push{};
};

/// A bounded queue of jobs between the threads that ask and those that may block. Thread-safe. The threads
/// that take jobs must have ended before it is destroyed.
template <class Db>
class JobQueue {
 public:
  using JobPtr = std::unique_ptr<Job<Db>>;

  JobQueue(std::size_t capacity, QueueMetrics metrics)
      : JobQueue(QueueOptions{.capacity = capacity}, metrics) {}
  JobQueue(QueueOptions options, QueueMetrics metrics) : options_(std::move(options)), metrics_(metrics) {}

  /// Fails the jobs that no thread took.
  ~JobQueue() {
    while (!jobs_.empty()) jobs_.pop()->fail(store_is_stopping());
  }

  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;

  /// Takes the job, or fails it at once: overloaded if the queue is full or its client has too many jobs in
  /// it, unavailable if it is closed, and the error of refuse().
  void push(JobPtr job) {
    std::unique_lock lock{mutex_};
    if (auto refusal = refusal_of(*job)) {
      lock.unlock();
      refusal->count(1);
      job->fail(std::move(refusal->error));
      return;
    }
    JobPtr displaced = make_room(*job);
    if (job->client() != 0) ++of_clients_;
    const std::uint64_t flow = flow_of(*job);
    jobs_.push(flow, std::move(job));
    lock.unlock();
    if (displaced) {
      metrics_.refused.add();
      displaced->fail(client_has_its_share());
    } else {
      metrics_.depth.add(1);
    }
    some_.notify_one();
    if (options_.on_push) options_.on_push();
  }

  /// Waits for jobs and gives up to `limit` of them, those of one client in their order; those whose deadline
  /// passed, and those that a standing queue gives up, are failed instead. Empty once the queue is closed and
  /// every job in it was taken.
  [[nodiscard]] std::vector<JobPtr> pop(std::size_t limit) {
    for (;;) {
      std::unique_lock lock{mutex_};
      some_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
      if (jobs_.empty()) return {};
      std::vector<JobPtr> jobs = take(lock, limit);
      if (!jobs.empty()) return jobs;
    }
  }

  /// Like pop(), but never waits: no jobs if none were there, or none that is still wanted.
  [[nodiscard]] std::vector<JobPtr> try_pop(std::size_t limit) {
    std::unique_lock lock{mutex_};
    return take(lock, limit);
  }

  /// Jobs that wait.
  [[nodiscard]] std::size_t size() const {
    const std::lock_guard lock{mutex_};
    return jobs_.size();
  }

  /// Fails the jobs that have waited past their deadline, or for longer than they may, so that their callers
  /// are answered also while no thread comes for them.
  void fail_overdue() {
    const auto now = Deadline::clock::now();
    for (const JobPtr& job : take_if([&](const Job<Db>& waiting) { return is_overdue(waiting, now); })) {
      if (fail_if_late(*job)) continue;
      metrics_.refused.add();
      job->fail(waited_too_long());
    }
  }

  /// Fails the jobs that wait and for which this holds, as when the one who asked for them ends.
  template <class Unwanted>
  void withdraw(const Unwanted& is_unwanted) {
    for (const JobPtr& job : take_if(is_unwanted)) job->fail(store_is_stopping());
  }

  /// From now on every job fails at once with this error, also those that wait; nullopt ends that.
  void refuse(const std::optional<Refusal>& refusal) {
    std::unique_lock lock{mutex_};
    refusal_ = refusal;
    lock.unlock();
    if (!refusal) return;
    const std::vector<JobPtr> refused = take_if([](const Job<Db>&) { return true; });
    refusal->count(refused.size());
    for (const JobPtr& job : refused) job->fail(refusal->error);
  }

  /// Accepts no more jobs; those that wait are still given out.
  void close() {
    {
      const std::lock_guard lock{mutex_};
      closed_ = true;
    }
    some_.notify_all();
  }

  /// Fails the job if its deadline has passed, and says so.
  bool fail_if_late(Job<Db>& job) {
    if (!job.deadline().passed()) return false;
    metrics_.timed_out.add();
    job.fail(deadline_passed());
    return true;
  }

 private:
  /// Why the job cannot come in, but for room that another client takes. Under the lock, as what follows.
  std::optional<Refusal> refusal_of(const Job<Db>& job) const {
    if (closed_) return Refusal{store_is_stopping()};
    if (refusal_) return refusal_;
    if (job.client() == 0) return std::nullopt;
    const std::size_t own = shares() ? jobs_.size_of(job.client()) : 0;
    if (shares() && own >= share() && of_clients_ > own) {
      return Refusal{client_has_its_share(), metrics_.refused};
    }
    if (of_clients_ < options_.capacity) return std::nullopt;
    if (shares() && own < share() && jobs_.size_of(jobs_.longest()) > share()) return std::nullopt;
    return Refusal{queue_is_full(), metrics_.refused};
  }

  /// Where the queue is full: takes out a job of the client that has most in it.
  JobPtr make_room(const Job<Db>& job) {
    if (job.client() == 0 || of_clients_ < options_.capacity) return nullptr;
    --of_clients_;
    return jobs_.pop_newest(jobs_.longest());
  }

  /// Takes out the jobs for which this holds; takes the lock.
  template <class Wanted>
  std::vector<JobPtr> take_if(const Wanted& is_wanted) {
    const std::lock_guard lock{mutex_};
    std::vector<JobPtr> taken = jobs_.take_if([&](const JobPtr& job) { return is_wanted(*job); });
    for (const JobPtr& job : taken) forget(*job);
    metrics_.depth.add(-static_cast<std::int64_t>(taken.size()));
    return taken;
  }

  /// Takes jobs, and fails those that are not wanted any more after it has unlocked.
  std::vector<JobPtr> take(std::unique_lock<std::mutex>& lock, std::size_t limit) {
    const auto now = Deadline::clock::now();
    std::vector<JobPtr> jobs;
    std::vector<JobPtr> given_up;
    while (jobs.size() < limit && !jobs_.empty()) {
      JobPtr job = jobs_.pop();
      forget(*job);
      (job->deadline().at() <= now || is_shed(*job, now) ? given_up : jobs).push_back(std::move(job));
    }
    lock.unlock();
    metrics_.depth.add(-static_cast<std::int64_t>(jobs.size() + given_up.size()));
    for (const JobPtr& job : jobs) metrics_.wait.observe(now - job->made_at());
    for (const JobPtr& job : given_up) {
      metrics_.wait.observe(now - job->made_at());
      if (fail_if_late(*job)) continue;
      metrics_.shed.add();
      job->fail(shed_by_overload());
    }
    return jobs;
  }

  [[nodiscard]] bool is_shed(const Job<Db>& job, Deadline::clock::time_point now) const {
    if (options_.delay == nullptr || job.client() == 0) return false;
    const auto waited = now - job.made_at();
    options_.delay->left_queue(options_.work, waited, now);
    return options_.delay->gives_up(options_.work, waited);
  }

  void forget(const Job<Db>& job) noexcept {
    if (job.client() != 0) --of_clients_;
  }

  [[nodiscard]] bool shares() const noexcept { return options_.client_share > 0; }
  [[nodiscard]] std::size_t share() const noexcept {
    const double places = options_.client_share * static_cast<double>(options_.capacity);
    return std::max<std::size_t>(static_cast<std::size_t>(places), 1);
  }
  [[nodiscard]] std::uint64_t flow_of(const Job<Db>& job) const noexcept {
    return shares() ? job.client() : 0;
  }

  [[nodiscard]] bool is_overdue(const Job<Db>& job, Deadline::clock::time_point now) const {
    return job.deadline().at() <= now || now - job.made_at() >= options_.longest_wait;
  }

  const QueueOptions options_;
  const QueueMetrics metrics_;
  mutable std::mutex mutex_;
  std::condition_variable some_;
  limits::FairQueue<JobPtr> jobs_;  ///< a flow for each client where they have shares
  std::size_t of_clients_ = 0;      ///< jobs that are not curt's own
  std::optional<Refusal> refusal_;
  bool closed_ = false;
};

/// The queues of a store's threads, by kind of work.
template <class Db>
struct Queues {
  JobQueue<Db>& reads;  ///< short
  JobQueue<Db>& writes;
  JobQueue<Db>& lists;  ///< reads that may take long
};

/// Has `work`, a function `result<T>(Db&)`, done by a thread of the queue, and resumes on the caller's
/// thread. `queue` must live until then, or fail the job.
template <class T, class Db, class Work>
awaitable<result<T>> ask(JobQueue<Db>& queue, Call& call, Work work) {
  auto start = [&queue, deadline = call.deadline, client = call.client,
                w = std::move(work)](Completion<Answer<T>> done) mutable {
    queue.push(std::make_unique<WorkJob<T, Db, Work>>(deadline, std::move(w), std::move(done), client));
  };
  Answer<T> answer = co_await suspend<Answer<T>>(std::move(start));
  call.statements += answer.statements;
  co_return std::move(answer.value);
}

}  // namespace curt::store
