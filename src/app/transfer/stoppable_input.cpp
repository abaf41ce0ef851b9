#include "app/transfer/stoppable_input.hpp"

#include <cerrno>
#include <ios>

#include <poll.h>
#include <unistd.h>

namespace curt::app {

StoppableInput::~StoppableInput() { ::close(descriptor_); }

StoppableInput::int_type StoppableInput::underflow() {
  for (;;) {
    await();
    const ssize_t count = ::read(descriptor_, buffer_.data(), buffer_.size());
    if (count == 0) return traits_type::eof();
    if (count > 0) {
      setg(buffer_.data(), buffer_.data(), buffer_.data() + count);
      return traits_type::to_int_type(buffer_.front());
    }
    // What poll() has told of may be gone, such as where Ctrl-C has emptied the terminal.
    if (errno != EINTR && errno != EAGAIN) throw std::ios_base::failure{"read"};
  }
}

/// Returns once something is there to be read, or the end.
void StoppableInput::await() {
  // poll() passes over an event that is negative.
  std::array<pollfd, 2> waits{{{descriptor_, POLLIN, 0}, {event_, POLLIN, 0}}};
  while (::poll(waits.data(), waits.size(), -1) < 0) {
    if (errno != EINTR) throw std::ios_base::failure{"poll"};
  }
  if (waits.back().revents == 0) return;
  stopped_ = true;
  errno = ECANCELED;
  throw std::ios_base::failure{"stop"};
}

}  // namespace curt::app
