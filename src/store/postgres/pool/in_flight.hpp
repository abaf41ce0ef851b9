#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

#include "store/job.hpp"
#include "store/postgres/pool/failure.hpp"

namespace curt::store::postgres {

class Connection;

/// What one thread of the pool has under way, so that the watchdog can answer for it when the server does
/// not. Thread-safe.
class InFlight {
 public:
  using JobPtr = std::unique_ptr<Job<Connection>>;

  /// The thread begins with these jobs on the connection with this socket. `commit` says whether their first
  /// statement commits itself.
  void begin(const std::vector<JobPtr>& jobs, int socket, Commit commit);

  /// The thread sets up a new connection with this socket, which takes no longer than until then.
  void begin_set_up(int socket, Deadline until);
  void end_set_up();

  /// The thread is about to commit. False if the caller was told meanwhile that nothing was done.
  [[nodiscard]] bool begin_commit();

  [[nodiscard]] Commit commit() const;

  /// The thread is done, and jobs and socket may go. False if the watchdog had to shut the socket down.
  [[nodiscard]] bool end();

  /// Answers for the jobs whose deadline has passed, and shuts the socket down when no caller waits any more,
  /// so that the thread, which is blocked on it, is released.
  void answer_overdue();

 private:
  mutable std::mutex mutex_;
  std::vector<Job<Connection>*> waiting_;  ///< those that have not been answered
  int socket_ = -1;
  std::optional<Deadline> set_up_until_;
  Commit commit_ = Commit::not_begun;
  bool cut_ = false;
};

}  // namespace curt::store::postgres
