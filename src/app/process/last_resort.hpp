#pragma once

#include <chrono>

#include "curt/base/deadline.hpp"

namespace curt::app {

/// From now on the process ends with this exit status after this time, if it has not ended by itself: for an
/// end in which a thread may wait for something that has no bound of its own, such as the resolver of names.
/// Nothing is lost but what could not be done: visits that were not delivered lie in their folder, and the
/// database undoes what was not committed.
void end_process_after(std::chrono::milliseconds time, int status);

/// The least that end_process_after() is given.
inline constexpr std::chrono::milliseconds kShortestEnd{2000};

/// The time that a process has to end in, from when this is made: what it has to do may take as long as
/// `shutdown_timeout` says, and what is said of it afterwards has a moment left. Then it is over at once.
class EndOfProcess {
 public:
  EndOfProcess(std::chrono::milliseconds shutdown_timeout, int status);

  /// When what the process does is over.
  [[nodiscard]] Deadline of_work() const noexcept { return of_work_; }

  /// The same for what may begin then and take this long; not so late that the process could not end by
  /// itself.
  [[nodiscard]] Deadline of_work_or(std::chrono::milliseconds time) const noexcept;

 private:
  Deadline last_;  ///< a moment before the process ends at once
  Deadline of_work_;
};

}  // namespace curt::app
