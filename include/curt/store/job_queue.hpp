#pragma once

#include <algorithm>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "curt/base/call.hpp"
#include "curt/base/metrics.hpp"
#include "curt/store/job.hpp"

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

/// Why a queue gives a job back. Nothing was done for any of them.
[[nodiscard]] Error queue_is_full();
[[nodiscard]] Error store_is_stopping();
[[nodiscard]] Error deadline_passed();

/// A bounded queue of jobs between the threads that ask and those that may block. Thread-safe. The threads
/// that take jobs must have ended before it is destroyed.
template <class Session>
class JobQueue {
 public:
  using JobPtr = std::unique_ptr<Job<Session>>;

  JobQueue(std::size_t capacity, QueueMetrics metrics) : capacity_(capacity), metrics_(metrics) {}

  /// Fails what nobody took.
  ~JobQueue() {
    for (const JobPtr& job : jobs_) job->fail(store_is_stopping());
  }

  JobQueue(const JobQueue&) = delete;
  JobQueue& operator=(const JobQueue&) = delete;

  /// Takes the job, or fails it at once: overloaded if the queue is full, unavailable if it is closed.
  void push(JobPtr job) {
    std::unique_lock lock{mutex_};
    if (closed_) {
      lock.unlock();
      job->fail(store_is_stopping());
    } else if (jobs_.size() >= capacity_) {
      lock.unlock();
      metrics_.refused.add();
      job->fail(queue_is_full());
    } else {
      jobs_.push_back(std::move(job));
      lock.unlock();
      metrics_.depth.add(1);
      some_.notify_one();
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

  /// Accepts no more jobs; those that wait are still given out.
  void close() {
    {
      const std::lock_guard lock{mutex_};
      closed_ = true;
    }
    some_.notify_all();
  }

  /// Fails the job if its deadline has passed, and says so.
  bool fail_if_late(Job<Session>& job) {
    if (!job.deadline().passed()) return false;
    metrics_.timed_out.add();
    job.fail(deadline_passed());
    return true;
  }

 private:
  std::vector<JobPtr> take(std::size_t limit) {
    std::vector<JobPtr> jobs;
    {
      std::unique_lock lock{mutex_};
      some_.wait(lock, [this] { return closed_ || !jobs_.empty(); });
      const auto end = jobs_.begin() + static_cast<std::ptrdiff_t>(std::min(limit, jobs_.size()));
      jobs.assign(std::make_move_iterator(jobs_.begin()), std::make_move_iterator(end));
      jobs_.erase(jobs_.begin(), end);
    }
    metrics_.depth.add(-static_cast<std::int64_t>(jobs.size()));
    const auto now = Deadline::clock::now();
    for (const JobPtr& job : jobs) metrics_.wait.observe(now - job->made_at());
    return jobs;
  }

  const std::size_t capacity_;
  const QueueMetrics metrics_;
  std::mutex mutex_;
  std::condition_variable some_;
  std::deque<JobPtr> jobs_;
  bool closed_ = false;
};

/// Has `work`, a function `result<T>(Session&)`, done by a thread of the queue, and resumes on the caller's
/// thread. `queue` must live until then, or fail the job.
template <class T, class Session, class Work>
awaitable<result<T>> ask(JobQueue<Session>& queue, Call& call, Work work) {
  auto start = [&queue, deadline = call.deadline, w = std::move(work)](Completion<Answer<T>> done) mutable {
    queue.push(std::make_unique<WorkJob<T, Session, Work>>(deadline, std::move(w), std::move(done)));
  };
  Answer<T> answer = co_await suspend<Answer<T>>(std::move(start));
  call.statements += answer.statements;
  co_return std::move(answer.value);
}

}  // namespace curt::store
