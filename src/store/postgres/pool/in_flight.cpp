#include "store/postgres/pool/in_flight.hpp"

#include <sys/socket.h>

namespace curt::store::postgres {

void InFlight::begin(const std::vector<JobPtr>& jobs, int socket, Commit commit) {
  const std::lock_guard lock{mutex_};
  waiting_.clear();
  for (const JobPtr& job : jobs) waiting_.push_back(job.get());
  socket_ = socket;
  commit_ = commit;
  cut_ = false;
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
  if (waiting_.empty()) return false;
  commit_ = Commit::begun;
  return true;
}

Commit InFlight::commit() const {
  const std::lock_guard lock{mutex_};
  return commit_;
}

bool InFlight::end() {
  const std::lock_guard lock{mutex_};
  waiting_.clear();
  socket_ = -1;
  return !cut_;
}

void InFlight::answer_overdue() {
  const std::lock_guard lock{mutex_};
  if (set_up_until_ && set_up_until_->passed()) ::shutdown(socket_, SHUT_RDWR);
  if (waiting_.empty()) return;
  std::erase_if(waiting_, [this](Job<Connection>* job) {
    if (!job->deadline().passed()) return false;
    job->fail(not_answered_in_time(commit_));
    return true;
  });
  if (!waiting_.empty()) return;
  cut_ = true;
  ::shutdown(socket_, SHUT_RDWR);
}

}  // namespace curt::store::postgres
