#include "store/sqlite/connection/group_writer.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include <sqlite3.h>

#include "store/sqlite/connection/failure.hpp"

namespace curt::store::sqlite {
namespace {

constexpr Statement kBegin{"begin", "BEGIN IMMEDIATE", Charge::nothing};
constexpr Statement kCommit{"commit", "COMMIT", Charge::nothing};
constexpr Statement kSavepoint{"savepoint", "SAVEPOINT job", Charge::nothing};
constexpr Statement kRelease{"release", "RELEASE job", Charge::nothing};
constexpr Statement kRollBackTo{"roll_back_to", "ROLLBACK TO job", Charge::nothing};

/// A few times as long as who waits for the lock sleeps between two tries.
constexpr std::chrono::milliseconds kMomentForOthers{10};

Deadline earliest(const std::vector<JobQueue<Connection>::JobPtr>& jobs, Deadline latest) {
  for (const auto& job : jobs) {
    if (job->deadline().at() < latest.at()) latest = job->deadline();
  }
  return latest;
}

}  // namespace

GroupWriter::GroupWriter(Connection& db, JobQueue<Connection>& queue, Metrics& metrics, Pace pace)
    : db_(db), queue_(queue), pace_(pace), group_sizes_(group_commit_sizes(metrics, "sqlite")) {}

void GroupWriter::serve() {
  const std::size_t most = pace_ == Pace::one_by_one ? 1 : kLargestGroup;
  for (auto jobs = queue_.pop(most); !jobs.empty(); jobs = queue_.pop(most)) {
    const std::optional<Error> error = write(jobs);
    if (error) db_.roll_back();
    for (const JobPtr& job : jobs) {
      if (!job) continue;
      if (error) {
        job->fail(*error);
      } else {
        job->finish();
      }
    }
    if (pace_ == Pace::one_by_one) std::this_thread::sleep_for(kMomentForOthers);
  }
}

std::optional<Error> GroupWriter::write(std::vector<JobPtr>& jobs) {
  if (auto error = begin(jobs); error || jobs.empty()) return error;
  std::uint64_t size = 0;
  const bool alone = jobs.size() == 1;
  for (JobPtr& job : jobs) {
    if (queue_.fail_if_late(*job)) {
      job.reset();
      continue;
    }
    if (alone) {
      run_alone(job);
    } else if (auto error = run(job)) {
      return error;
    }
    ++size;
  }
  if (!db_.in_transaction()) return std::nullopt;
  try {
    db_.run(kCommit).finish();
  } catch (const SQLite::Exception& e) {
    return commit_failure_of(e);
  }
  group_sizes_.observe(size);
  return std::nullopt;
}

std::optional<Error> GroupWriter::begin(std::vector<JobPtr>& jobs) {
  const Deadline patience = Deadline::in(kLongestLockWait);
  while (!jobs.empty()) {
    db_.set_deadline(earliest(jobs, patience));
    try {
      db_.run(kBegin).finish();
      return std::nullopt;
    } catch (const SQLite::Exception& e) {
      if (e.getErrorCode() != SQLITE_BUSY || patience.passed()) return failure_of(e);
    }
    std::erase_if(jobs, [this](const JobPtr& job) { return queue_.fail_if_late(*job); });
  }
  return std::nullopt;
}

void GroupWriter::run_alone(JobPtr& job) {
  if (job->run(db_) == Writes::undo) db_.roll_back();
}

std::optional<Error> GroupWriter::run(JobPtr& job) {
  try {
    db_.run(kSavepoint).finish();
    const Writes writes = job->run(db_);
    if (!db_.in_transaction()) {
      // A full disk or a failed write ended the transaction; the job knows which it was.
      job->finish();
      job.reset();
      return failure_of(SQLite::Exception{"a failure in another job of the group ended the transaction"});
    }
    if (writes == Writes::undo) db_.run(kRollBackTo).finish();
    db_.run(kRelease).finish();
    return std::nullopt;
  } catch (const SQLite::Exception& e) {
    return failure_of(e);
  }
}

}  // namespace curt::store::sqlite
