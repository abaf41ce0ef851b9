#include "store/postgres/connection/in_flight.hpp"

#include <algorithm>

#include <sys/socket.h>

#include "store/failures.hpp"

namespace curt::store::postgres {
namespace {

bool is_late(const Job<Connection>* job) { return job->deadline().passed(); }

}  // namespace

void InFlight::begin(const std::vector<JobPtr>& jobs, int socket, Commit commit) {
  const std::lock_guard lock{mutex_};
  waiting_.clear();
  for (const JobPtr& job : jobs) waiting_.push_back(job.get());
  socket_ = socket;
  begun_ = Deadline::clock::now();
  commit_ = commit;
  cut_ = false;
}

bool InFlight::begin_again(int socket, Commit commit) {
  const std::lock_guard lock{mutex_};
  if (cut_ || waiting_.empty()) return false;
  socket_ = socket;
  begun_ = Deadline::clock::now();
  commit_ = commit;
  return true;
}

void InFlight::begin_set_up(int socket, Deadline until) {
  const std::lock_guard lock{mutex_};
  socket_ = socket;
  set_up_until_ = until;
}

void InFlight::end_set_up() {
  const std::lock_guard lock{mutex_};
  socket_ = -1;
  set_up_until_.reset();
}

bool InFlight::begin_commit() {
  const std::lock_guard lock{mutex_};
  if (std::all_of(waiting_.begin(), waiting_.end(), is_late)) return false;
  commit_ = Commit::begun;
  return true;
}

Commit InFlight::commit() const {
  const std::lock_guard lock{mutex_};
  return commit_;
}

bool InFlight::keep_for_another_connection() {
  const std::lock_guard lock{mutex_};
  socket_ = -1;
  return !cut_ && commit_ == Commit::not_begun && !std::all_of(waiting_.begin(), waiting_.end(), is_late);
}

bool InFlight::end() {
  const std::lock_guard lock{mutex_};
  waiting_.clear();
  socket_ = -1;
  return !cut_;
}

bool InFlight::is_waited_for() const {
  const std::lock_guard lock{mutex_};
  return !waiting_.empty();
}

std::optional<InFlight::Time> InFlight::answer_overdue() {
  const std::lock_guard lock{mutex_};
  if (set_up_until_ && set_up_until_->passed()) ::shutdown(socket_, SHUT_RDWR);
  if (waiting_.empty()) return std::nullopt;
  std::erase_if(waiting_, [this](Job<Connection>* job) {
    if (!is_late(job)) return false;
    job->fail(not_answered_in_time(commit_));
    return true;
  });
  if (!waiting_.empty()) return std::nullopt;
  const bool was_asked = socket_ >= 0;
  cut();
  if (!was_asked) return std::nullopt;
  return begun_;
}

void InFlight::give_up() {
  const std::lock_guard lock{mutex_};
  if (waiting_.empty()) return;
  for (Job<Connection>* job : waiting_) job->fail(gave_up_waiting(commit_));
  waiting_.clear();
  cut();
}

/// Under the lock.
void InFlight::cut() {
  cut_ = true;
  if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
}

}  // namespace curt::store::postgres
