#pragma once

#include <chrono>

namespace curt::app {

/// From now on the process ends with this exit status after this time, if it has not ended by itself: for an
/// end in which a thread may wait for something that has no bound of its own, such as the resolver of names.
/// Nothing is lost but what could not be done: visits that were not delivered lie in their folder, and the
/// database undoes what was not committed.
void end_process_after(std::chrono::milliseconds time, int status);

/// What end_process_after() leaves a process for whose last steps there is hardly any time.
inline constexpr std::chrono::milliseconds kShortestEnd{2000};

}  // namespace curt::app
