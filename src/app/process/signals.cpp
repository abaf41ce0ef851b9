#include "app/process/signals.hpp"

#include <csignal>
#include <thread>

#include <unistd.h>

#include "curt/base/logging.hpp"

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

void wait_for_one() {
  const sigset_t set = stop_signals();
  int signal = 0;
  while (sigwait(&set, &signal) == 0 && signal == SIGHUP) {
    log::info("SIGHUP ends nothing and reads nothing anew; settings are read at the start");
  }
}

}  // namespace

StopSignals::StopSignals() {
  const sigset_t set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

void StopSignals::wait() {
  wait_for_one();
  std::thread{[] {
    wait_for_one();
    ::_exit(1);
  }}.detach();
}

}  // namespace curt::app
