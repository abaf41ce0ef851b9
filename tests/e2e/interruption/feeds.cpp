#include "e2e/interruption/feeds.hpp"

#include <array>
#include <stdexcept>
#include <utility>

#include <fcntl.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

namespace curt::test {
namespace {

void write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t taken = ::write(descriptor, text.data(), text.size());
    if (taken <= 0) throw std::runtime_error{"no more is taken"};
    text.remove_prefix(static_cast<std::size_t>(taken));
  }
}

}  // namespace

Feed::Feed(std::filesystem::path path) : path_(std::move(path)) {
  if (::mkfifo(path_.c_str(), 0600) != 0) throw std::runtime_error{"mkfifo"};
  // Open for both, so that neither end waits for the other to be opened.
  pipe_ = ::open(path_.c_str(), O_RDWR | O_CLOEXEC);
}

Feed::~Feed() { ::close(pipe_); }

void Feed::write(std::string_view text) const { write_all(pipe_, text); }

bool Feed::is_drained() const {
  int waiting = 0;
  return ::ioctl(pipe_, FIONREAD, &waiting) == 0 && waiting == 0;
}

Terminal::Terminal() {
  if (::openpty(&keys_, &screen_, nullptr, nullptr, nullptr) != 0) throw std::runtime_error{"openpty"};
  termios modes{};
  ::tcgetattr(screen_, &modes);
  modes.c_lflag &= ~static_cast<tcflag_t>(ECHO);
  ::tcsetattr(screen_, TCSANOW, &modes);
}

Terminal::~Terminal() {
  ::close(keys_);
  ::close(screen_);
}

void Terminal::type(std::string_view text) const { write_all(keys_, text); }

std::filesystem::path Terminal::path() const {
  std::array<char, 64> name{};
  if (::ttyname_r(screen_, name.data(), name.size()) != 0) throw std::runtime_error{"ttyname_r"};
  return name.data();
}

}  // namespace curt::test
