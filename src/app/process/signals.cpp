#include "app/process/signals.hpp"

#include <csignal>
#include <thread>
#include <utility>

#include <unistd.h>

#include "curt/base/logging.hpp"

#include "app/process/last_resort.hpp"

namespace curt::app {
namespace {

sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGTERM);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGHUP);
  return set;
}

}  // namespace

StopSignals::StopSignals() {
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  std::thread{[state = state_] { take_signals(*state); }}.detach();
}

bool StopSignals::came_early() {
  const std::lock_guard lock{state_->mutex};
  state_->start_is_complete = true;
  return state_->has_come;
}

void StopSignals::at_hang_up(std::function<void()> reload) {
  const std::lock_guard lock{state_->reload_mutex};
  state_->reload = std::move(reload);
}

void StopSignals::wait() {
  std::unique_lock lock{state_->mutex};
  state_->came.wait(lock, [this] { return state_->has_come; });
}

void StopSignals::wait_for_one(State& state) {
  const sigset_t set = stop_signals();
  int signal = 0;
  while (sigwait(&set, &signal) == 0 && signal == SIGHUP) hang_up(state);
}

void StopSignals::hang_up(State& state) {
  const std::lock_guard lock{state.reload_mutex};
  if (state.reload) {
    log::info("SIGHUP: blocklist and allowlist are read again; all other settings are read at the start");
    state.reload();
  } else {
    log::info("SIGHUP ends nothing and reloads nothing; settings are read at the start");
  }
}

void StopSignals::take_signals(State& state) {
  wait_for_one(state);
  {
    const std::lock_guard lock{state.mutex};
    state.has_come = true;
    if (!state.start_is_complete) {
      log::info("stopping before the start is complete");
      end_process_after(kShortestEnd, 0);
    }
  }
  state.came.notify_one();
  wait_for_one(state);
  ::_exit(1);
}

}  // namespace curt::app
