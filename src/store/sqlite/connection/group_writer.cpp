#include "store/sqlite/connection/group_writer.hpp"

#include <algorithm>

#include <sqlite3.h>

#include "store/sqlite/connection/failure.hpp"

namespace curt::store::sqlite {
namespace {

constexpr Statement kBegin{"begin", "BEGIN IMMEDIATE", Charge::nothing};
constexpr Statement kCommit{"commit", "COMMIT", Charge::nothing};
constexpr Statement kSavepoint{"savepoint", "SAVEPOINT job", Charge::nothing};
constexpr Statement kRelease{"release", "RELEASE job", Charge::nothing};
constexpr Statement kRollBackTo{"roll_back_to", "ROLLBACK TO job", Charge::nothing};

Deadline earliest(const std::vector<JobQueue<Connection>::JobPtr>& jobs, Deadline latest) {
  for (const auto& job : jobs) {
    if (job->deadline().at() < latest.at()) latest = job->deadline();
  }
  return latest;
}

}  // namespace

GroupWriter::GroupWriter(Connection& db, JobQueue<Connection>& queue, Metrics& metrics)
    : db_(db), queue_(queue), group_sizes_(group_commit_sizes(metrics, "sqlite")) {}

void GroupWriter::serve() {
  for (auto jobs = queue_.pop(kLargestGroup); !jobs.empty(); jobs = queue_.pop(kLargestGroup)) {
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
  }
}

std::optional<Error> GroupWriter::write(std::vector<JobPtr>& jobs) {
  if (auto error = begin(jobs); error || jobs.empty()) return error;
  std::uint64_t size = 0;
  for (JobPtr& job : jobs) {
    if (queue_.fail_if_late(*job)) {
      job.reset();
      continue;
    }
    if (auto error = run(job)) return error;
    ++size;
  }
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
