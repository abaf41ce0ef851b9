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
  GroupWriter(Connection& db, JobQueue<Connection>& queue, Metrics& metrics);

  /// Works until the queue is closed and empty.
  void serve();

 private:
  using JobPtr = JobQueue<Connection>::JobPtr;

  /// Runs the jobs and commits; an error is for all that are left in `jobs`.
  std::optional<Error> write(std::vector<JobPtr>& jobs);
  /// Waits for the write lock; jobs whose deadline passes meanwhile are failed and taken out.
  std::optional<Error> begin(std::vector<JobPtr>& jobs);
  /// Runs one job; takes it out if it has been answered. An error is for all others.
  std::optional<Error> run(JobPtr& job);

  Connection& db_;
  JobQueue<Connection>& queue_;
  const Histogram group_sizes_;
};

}  // namespace curt::store::sqlite
