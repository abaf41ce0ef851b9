#include "curt/api/side_thread.hpp"

#include <pthread.h>

#include "curt/base/logging.hpp"

namespace curt::api {
namespace {

/// Visitors go first, but owners are not to wait for as long as there are any.
constexpr std::size_t kMostVisitorsInARow = 16;

constexpr std::chrono::seconds kSecond{1};

constexpr const char* kGivenUp = "curt_side_thread_given_up_total";
constexpr const char* kGivenUpHelp =
    "Work for the thread beside the cores that was given up before it began.";

Error stopping() { return {ErrorCode::unavailable, "the service is stopping"}; }

}  // namespace

SideThread::SideThread(Metrics& metrics, std::function<void()> each_second)
    : waiting_(metrics.gauge("curt_side_thread_waiting", "Work that waits for the thread beside the cores.")),
      wait_(metrics.histogram("curt_side_thread_wait_seconds",
                              "How long work waited for the thread beside the cores.", duration_buckets())),
      work_(metrics.histogram("curt_side_thread_work_seconds", "How long the thread beside the cores took.",
                              duration_buckets())),
      overloaded_(metrics.counter(kGivenUp, kGivenUpHelp, {{"reason", "overloaded"}})),
      late_(metrics.counter(kGivenUp, kGivenUpHelp, {{"reason", "deadline_exceeded"}})),
      each_second_(std::move(each_second)),
      thread_([this] { run_thread(); }) {
  ::pthread_setname_np(thread_.native_handle(), "answers");
}

SideThread::~SideThread() {
  {
    const std::lock_guard lock{mutex_};
    ending_ = true;
  }
  some_.notify_one();
  thread_.join();
  for (auto& lane : lanes_) {
    for (const JobPtr& job : lane) job->fail(stopping());
  }
}

void SideThread::push(Lane lane, JobPtr job) {
  auto& jobs = lanes_[static_cast<std::size_t>(lane)];
  const std::size_t most = lane == Lane::visitors ? kMostVisitorsWaiting : kMostWaiting;
  std::unique_lock lock{mutex_};
  if (ending_) {
    lock.unlock();
    job->fail(stopping());
  } else if (jobs.size() >= most) {
    lock.unlock();
    overloaded_.add();
    job->fail({ErrorCode::overloaded, "too much is being answered at the moment"});
  } else {
    jobs.push_back(std::move(job));
    waiting_.add(1);
    lock.unlock();
    some_.notify_one();
  }
}

SideThread::JobPtr SideThread::pop(Deadline::clock::time_point by) {
  auto& [visitors, owners] = lanes_;
  std::unique_lock lock{mutex_};
  some_.wait_until(lock, by, [&] { return ending_ || !visitors.empty() || !owners.empty(); });
  if (ending_ || (visitors.empty() && owners.empty())) return nullptr;
  const bool owners_turn = visitors.empty() || visitors_in_a_row_ >= kMostVisitorsInARow;
  auto& jobs = owners_turn && !owners.empty() ? owners : visitors;
  visitors_in_a_row_ = &jobs == &owners ? 0 : visitors_in_a_row_ + 1;
  JobPtr job = std::move(jobs.front());
  jobs.pop_front();
  return job;
}

void SideThread::do_job(Job& job) {
  waiting_.add(-1);
  const auto begun_at = Deadline::clock::now();
  wait_.observe(begun_at - job.made_at);
  if (job.deadline.at() <= begun_at) {
    late_.add();
    job.fail({ErrorCode::deadline_exceeded, "the answer could not be begun within its deadline"});
    return;
  }
  job.work();
  work_.observe(Deadline::clock::now() - begun_at);
  job.finish();
}

void SideThread::run_thread() {
  auto next_second = Deadline::clock::now() + kSecond;
  while (!ending_) {
    if (const JobPtr job = pop(next_second)) do_job(*job);
    if (const auto now = Deadline::clock::now(); now >= next_second) {
      next_second = now + kSecond;
      call_each_second();
    }
  }
  call_each_second();
}

void SideThread::call_each_second() noexcept {
  try {
    each_second_();
  } catch (const std::exception& failure) {  // out of memory, most likely: the next second will tell
    log::error("what is done each second failed", {{"error", failure.what()}});
  }
}

}  // namespace curt::api
