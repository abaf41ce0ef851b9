#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "curt/base/call.hpp"
#include "curt/base/metrics.hpp"

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
};

/// Most jobs that are committed together.
inline constexpr std::size_t kLargestGroup = 256;

/// How many jobs were committed together, for a store such as "sqlite".
[[nodiscard]] Histogram group_commit_sizes(Metrics& metrics, const std::string& store);

/// Why a queue gives a job back. Nothing was done for any of them.
[[nodiscard]] Error queue_is_full();
[[nodiscard]] Error store_is_stopping();
[[nodiscard]] Error deadline_passed();
[[nodiscard]] Error waited_too_long();

/// What a queue is made with.
struct QueueOptions {
  std::size_t capacity = 1024;
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
    for (const JobPtr& job : jobs_) job->fail(store_is_stopping());
  }

  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;

  /// Takes the job, or fails it at once: overloaded if the queue is full, unavailable if it is closed, and
  /// the error of refuse().
  void push(JobPtr job) {
    std::unique_lock lock{mutex_};
    if (closed_) {
      lock.unlock();
      job->fail(store_is_stopping());
    } else if (refusal_) {
      Error error = *refusal_;
      lock.unlock();
      job->fail(std::move(error));
    } else if (jobs_.size() >= options_.capacity) {
      lock.unlock();
      metrics_.refused.add();
      job->fail(queue_is_full());
    } else {
      jobs_.push_back(std::move(job));
      lock.unlock();
      metrics_.depth.add(1);
      some_.notify_one();
      if (options_.on_push) options_.on_push();
    }
  }

  /// Waits for jobs and gives up to `limit` of them in their order; those whose deadline passed are failed
  /// instead. Empty once the queue is closed and every job in it was taken.
  [[nodiscard]] std::vector<JobPtr> pop(std::size_t limit) {
    for (;;) {
      std::vector<JobPtr> jobs = take(limit);
      if (jobs.empty()) return jobs;
      std::erase_if(jobs, [this](const JobPtr& job) { return fail_if_late(*job); });
      if (!jobs.empty()) return jobs;
    }
  }

  /// Like pop(), but never waits: no jobs if none were there, or all of them were late.
  [[nodiscard]] std::vector<JobPtr> try_pop(std::size_t limit) {
    std::vector<JobPtr> jobs = take_now(limit);
    std::erase_if(jobs, [this](const JobPtr& job) { return fail_if_late(*job); });
    return jobs;
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
    std::vector<JobPtr> overdue;
    {
      const std::lock_guard lock{mutex_};
      const auto is_late = [&](const JobPtr& job) { return is_overdue(*job, now); };
      if (std::none_of(jobs_.begin(), jobs_.end(), is_late)) return;
      std::deque<JobPtr> kept;
      for (JobPtr& job : jobs_) {
        if (is_late(job)) {
          overdue.push_back(std::move(job));
        } else {
          kept.push_back(std::move(job));
        }
      }
      jobs_.swap(kept);
    }
    metrics_.depth.add(-static_cast<std::int64_t>(overdue.size()));
    for (const JobPtr& job : overdue) {
      if (fail_if_late(*job)) continue;
      metrics_.refused.add();
      job->fail(waited_too_long());
    }
  }

  /// From now on every job fails at once with this error, also those that wait; nullopt ends that.
  void refuse(std::optional<Error> error) {
    std::deque<JobPtr> refused;
    {
      const std::lock_guard lock{mutex_};
      refusal_ = error;
      if (refusal_) refused.swap(jobs_);
    }
    metrics_.depth.add(-static_cast<std::int64_t>(refused.size()));
    for (const JobPtr& job : refused) job->fail(*error);
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
  std::vector<JobPtr> take(std::size_t limit) {
    std::unique_lock lock{mutex_};
    some_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
    return take_from(lock, limit);
  }

  std::vector<JobPtr> take_now(std::size_t limit) {
    std::unique_lock lock{mutex_};
    return take_from(lock, limit);
  }

  std::vector<JobPtr> take_from(std::unique_lock<std::mutex>& lock, std::size_t limit) {
    std::vector<JobPtr> jobs;
    const auto end = jobs_.begin() + static_cast<std::ptrdiff_t>(std::min(limit, jobs_.size()));
    jobs.assign(std::make_move_iterator(jobs_.begin()), std::make_move_iterator(end));
    jobs_.erase(jobs_.begin(), end);
    lock.unlock();
    metrics_.depth.add(-static_cast<std::int64_t>(jobs.size()));
    const auto now = Deadline::clock::now();
    for (const JobPtr& job : jobs) metrics_.wait.observe(now - job->made_at());
    return jobs;
  }

  [[nodiscard]] bool is_overdue(const Job<Db>& job, Deadline::clock::time_point now) const {
    return job.deadline().at() <= now || now - job.made_at() >= options_.longest_wait;
  }

  const QueueOptions options_;
  const QueueMetrics metrics_;
  mutable std::mutex mutex_;
  std::condition_variable some_;
  std::deque<JobPtr> jobs_;
  std::optional<Error> refusal_;
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
  auto start = [&queue, deadline = call.deadline, w = std::move(work)](Completion<Answer<T>> done) mutable {
    queue.push(std::make_unique<WorkJob<T, Db, Work>>(deadline, std::move(w), std::move(done)));
  };
  Answer<T> answer = co_await suspend<Answer<T>>(std::move(start));
  call.statements += answer.statements;
  co_return std::move(answer.value);
}

}  // namespace curt::store
