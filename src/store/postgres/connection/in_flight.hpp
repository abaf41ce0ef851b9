#pragma once

#include <chrono>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "store/job.hpp"
#include "store/postgres/connection/failure.hpp"

namespace curt::store::postgres {

class Connection;

/// What one thread of the pool has under way, so that the watchdog can answer for it when the server does
/// not. Thread-safe.
class InFlight {
 public:
  using JobPtr = std::unique_ptr<Job<Connection>>;
  using Time = Deadline::clock::time_point;

  /// The thread begins with these jobs on the connection with this socket. `commit` says whether their first
  /// statement commits itself.
  void begin(const std::vector<JobPtr>& jobs, int socket, Commit commit);

  /// The thread begins with the jobs once more that were kept for this connection. False if the callers of
  /// all of them were answered meanwhile: then they must not run.
  [[nodiscard]] bool begin_again(int socket, Commit commit);

  /// The thread sets up a new connection with this socket, which takes no longer than until then.
  void begin_set_up(int socket, Deadline until);
  void end_set_up();

  /// The thread is about to commit. False if the caller was told meanwhile that nothing was done, or will be
  /// since its deadline has passed.
  [[nodiscard]] bool begin_commit();

  [[nodiscard]] Commit commit() const;

  /// The thread's connection is gone, and its socket with it. Whether the jobs may run once more: nothing was
  /// committed, and somebody waits still. Then they stay here, so that their callers are answered in time,
  /// until begin_again() or end().
  [[nodiscard]] bool keep_for_another_connection();

  /// The thread is done, and jobs and socket may go. False if the socket had to be shut down.
  bool end();

  /// Whether a job is here whose caller has not been answered.
  [[nodiscard]] bool is_waited_for() const;

  /// Answers for the jobs whose deadline has passed, and shuts the socket down when no caller waits any more,
  /// so that the thread, which is blocked on it, is released. When that happens, it gives the time at which
  /// the jobs began.
  std::optional<Time> answer_overdue();

  /// Answers for all jobs, since the server does not answer at all, and shuts the socket down.
  void give_up();

 private:
  void cut();

  mutable std::mutex mutex_;
  std::vector<Job<Connection>*> waiting_;  ///< those that have not been answered
  int socket_ = -1;                        ///< -1: none
  Time begun_{};
  std::optional<Deadline> set_up_until_;
  Commit commit_ = Commit::not_begun;
  bool cut_ = false;
};

}  // namespace curt::store::postgres
