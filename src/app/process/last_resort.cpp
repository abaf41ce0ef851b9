#include "app/process/last_resort.hpp"

#include <algorithm>
#include <thread>

#include <unistd.h>

#include "curt/base/logging.hpp"

namespace curt::app {
namespace {

/// What is left for each of the two steps after the work: for last words, and for taking everything apart.
constexpr std::chrono::milliseconds kStep{250};

}  // namespace

void end_process_after(std::chrono::milliseconds time, int status) {
  std::thread{[time, status] {
    std::this_thread::sleep_for(time);
    log::warn("stopped before all was done that stopping takes", {{"milliseconds", time.count()}});
    ::_exit(status);
  }}.detach();
}

EndOfProcess::EndOfProcess(std::chrono::milliseconds shutdown_timeout, int status)
    : last_(Deadline::in(std::max(shutdown_timeout, kShortestEnd) - kStep)),
      of_work_(std::min(Deadline::in(shutdown_timeout).at(), last_.at() - kStep)) {
  end_process_after(std::max(shutdown_timeout, kShortestEnd), status);
}

Deadline EndOfProcess::of_work_or(std::chrono::milliseconds time) const noexcept {
  return Deadline{std::min(std::max(of_work_.at(), Deadline::in(time).at()), last_.at())};
}

}  // namespace curt::app
