#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "curt/base/metrics.hpp"

#include "store/job_queue.hpp"
#include "store/sqlite/connection/connection.hpp"

namespace curt::store::sqlite {

/// Runs the jobs that wait at the same time in one transaction: a commit is a sync of the disk, and this way
/// one sync serves them all. A job that fails is undone alone; no caller is answered before the commit. For
/// one thread, to which the connection belongs.
class GroupWriter {
 public:
  enum class Pace {
    together,  ///< what waits at the same time, in one transaction
    /// A transaction for each job, since jobs are large, and between two of them a moment for the writers of
    /// other processes, which SQLite would let wait as long as there are jobs.
    one_by_one,
  };

  GroupWriter(Connection& db, JobQueue<Connection>& queue, Metrics& metrics, Pace pace = Pace::together);

  /// Works until the queue is closed and empty.
  void serve();

 private:
  using JobPtr = JobQueue<Connection>::JobPtr;

  /// Runs the jobs and commits; an error is for all that are left in `jobs`.
  std::optional<Error> write(std::vector<JobPtr>& jobs);
  /// Waits for the write lock; jobs whose deadline passes meanwhile are failed and taken out.
  std::optional<Error> begin(std::vector<JobPtr>& jobs);
  /// Runs a job that is alone: it needs no savepoint, and SQLite takes time with each statement within one
  /// that grows with what the savepoint has written. Without the transaction where it ends with an error.
  void run_alone(JobPtr& job);
  /// Runs one job; takes it out if it has been answered. An error is for all others.
  std::optional<Error> run(JobPtr& job);

  Connection& db_;
  JobQueue<Connection>& queue_;
  const Pace pace_;
  const Histogram group_sizes_;
};

}  // namespace curt::store::sqlite
