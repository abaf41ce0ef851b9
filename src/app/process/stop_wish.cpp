#include "app/process/stop_wish.hpp"

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>

#include <sys/eventfd.h>
#include <unistd.h>

namespace curt::app {
namespace {

volatile std::sig_atomic_t stop_asked = 0;
volatile std::sig_atomic_t stop_event = -1;

void ask_to_stop(int /*signal*/) {
  const int before = errno;
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
  stop_asked = 1;
  const std::uint64_t one = 1;
  [[maybe_unused]] const ssize_t written = ::write(stop_event, &one, sizeof one);
  errno = before;
}

}  // namespace

result<int> ask_on_signals() {
  const int event = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (event < 0) return Error{ErrorCode::unavailable, std::generic_category().message(errno)};
  stop_event = event;
  struct sigaction action{};
  action.sa_handler = ask_to_stop;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return event;
}

bool is_stop_asked() noexcept { return stop_asked != 0; }

}  // namespace curt::app
