#include "support/servers/child_process.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <system_error>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

namespace curt::test {
namespace {

void check(int error, const char* what) {
  if (error != 0) throw std::system_error{error, std::generic_category(), what};
}

struct Pipe {
  Pipe() { check(::pipe2(ends.data(), O_CLOEXEC) == 0 ? 0 : errno, "pipe2"); }
  ~Pipe() {
    for (const int end : ends) {
      if (end >= 0) ::close(end);
    }
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  int take_reader() { return std::exchange(ends[0], -1); }

  std::array<int, 2> ends{-1, -1};
};

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

std::vector<std::string> environment_with(const ChildOptions& options) {
  std::vector<std::string> all;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    if (!std::string_view{*variable}.starts_with("CURT_")) all.emplace_back(*variable);
  }
  for (const auto& [name, value] : options.environment) all.push_back(name + "=" + value);
  return all;
}

/// Appends what is there to read; false at the end.
bool read_into(int pipe, std::string& text, std::mutex& mutex) {
  std::array<char, 4096> bytes;
  const ssize_t got = ::read(pipe, bytes.data(), bytes.size());
  if (got < 0 && errno == EINTR) return true;
  if (got <= 0) return false;
  const std::lock_guard lock{mutex};
  text.append(bytes.data(), static_cast<std::size_t>(got));
  return true;
}

}  // namespace

ChildProcess::ChildProcess(std::vector<std::string> arguments, const ChildOptions& options) {
  Pipe out;
  Pipe err;
  std::vector<std::string> environment = environment_with(options);
  posix_spawn_file_actions_t actions;
  check(::posix_spawn_file_actions_init(&actions), "posix_spawn_file_actions_init");
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, options.input.c_str(), O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, out.ends[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&actions, err.ends[1], STDERR_FILENO);
  ::posix_spawn_file_actions_addchdir_np(&actions, options.folder.c_str());
  const int error = ::posix_spawnp(&pid_, arguments.front().c_str(), &actions, nullptr,
                                   pointers(arguments).data(), pointers(environment).data());
  ::posix_spawn_file_actions_destroy(&actions);
  check(error, arguments.front().c_str());
  reader_ = std::thread{[this, o = out.take_reader(), e = err.take_reader()] { read_pipes(o, e); }};
}

ChildProcess::~ChildProcess() {
  if (!status_ && !reap(WNOHANG)) {
    send_signal(SIGKILL);
    reap(0);
  }
  reader_.join();
}

void ChildProcess::read_pipes(int out, int err) {
  std::array<pollfd, 2> pipes{pollfd{out, POLLIN, 0}, pollfd{err, POLLIN, 0}};
  while (pipes[0].fd >= 0 || pipes[1].fd >= 0) {
    if (::poll(pipes.data(), pipes.size(), -1) < 0 && errno != EINTR) break;
    for (pollfd& pipe : pipes) {
      if (pipe.fd < 0 || pipe.revents == 0) continue;
      const bool is_out = &pipe == pipes.data();
      if (!read_into(pipe.fd, is_out ? out_ : err_, mutex_)) {
        ::close(std::exchange(pipe.fd, -1));
        const std::lock_guard lock{mutex_};
        (is_out ? out_ended_ : err_ended_) = true;
      }
    }
    changed_.notify_all();
  }
}

std::optional<std::string> ChildProcess::read_line() {
  std::unique_lock lock{mutex_};
  std::size_t end = std::string::npos;
  const auto ready = [&] {
    end = out_.find('\n', lines_read_);
    return end != std::string::npos || out_ended_;
  };
  if (!changed_.wait_for(lock, longest_work(), ready) || end == std::string::npos) return std::nullopt;
  std::string line = out_.substr(lines_read_, end - lines_read_);
  lines_read_ = end + 1;
  return line;
}

void ChildProcess::send_signal(int signal) const {
  if (!status_) ::kill(pid_, signal);
}

bool ChildProcess::reap(int flags) {
  int status = 0;
  pid_t reaped = 0;
  do {
    reaped = ::waitpid(pid_, &status, flags);
  } while (reaped < 0 && errno == EINTR);
  if (reaped != pid_) return false;
  status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return true;
}

bool ChildProcess::is_running() { return !status_ && !reap(WNOHANG); }

int ChildProcess::wait() {
  if (!status_) {
    const int handle = static_cast<int>(::syscall(SYS_pidfd_open, pid_, 0));
    pollfd ended{handle, POLLIN, 0};
    const auto longest = static_cast<int>(longest_work().count());
    if (handle < 0 || ::poll(&ended, 1, longest) != 1) send_signal(SIGKILL);
    if (handle >= 0) ::close(handle);
    reap(0);
  }
  std::unique_lock lock{mutex_};
  changed_.wait_for(lock, longest_work(), [this] { return out_ended_ && err_ended_; });
  return *status_;
}

std::string ChildProcess::standard_output() const {
  const std::lock_guard lock{mutex_};
  return out_;
}

std::string ChildProcess::standard_error() const {
  const std::lock_guard lock{mutex_};
  return err_;
}

Finished run(std::vector<std::string> arguments, const ChildOptions& options) {
  ChildProcess child{std::move(arguments), options};
  const int status = child.wait();
  return {status, child.standard_output(), child.standard_error()};
}

}  // namespace curt::test
