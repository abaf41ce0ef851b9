#pragma once

#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include <sys/types.h>

#include "support/patience.hpp"

namespace curt::test {

/// How a child process is started.
struct ChildOptions {
  std::vector<std::pair<std::string, std::string>>
      environment{};  ///< beside ours, of which CURT_* is left out
  std::filesystem::path folder = ".";
  std::filesystem::path input = "/dev/null";
};

/// A program that runs beside the test. What it writes is always read, so that it never waits for the test;
/// it is killed at the end of this object if it is still there.
class ChildProcess {
 public:
  /// No child of a test works longer than this on what it is waited for.
  [[nodiscard]] static std::chrono::milliseconds longest_work() { return patience(std::chrono::minutes{10}); }

  /// Starts the program `arguments[0]`; throws std::system_error if that fails.
  explicit ChildProcess(std::vector<std::string> arguments, const ChildOptions& options = {});
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;

  /// The next line of its standard output, without the line end; nothing when there is none to come.
  std::optional<std::string> read_line();

  /// Sends it a signal, SIGTERM for one.
  void send_signal(int signal) const;

  [[nodiscard]] bool is_running();

  /// Waits until it has ended. Its exit status, or 128 and the signal's number. Kills it after
  /// longest_work().
  int wait();

  /// What it has written so far: everything, after wait().
  [[nodiscard]] std::string standard_output() const;
  [[nodiscard]] std::string standard_error() const;

  [[nodiscard]] pid_t pid() const noexcept { return pid_; }

 private:
  void read_pipes(int out, int err);
  bool reap(int flags);

  pid_t pid_ = -1;
  std::optional<int> status_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::string out_;
  std::string err_;
  std::size_t lines_read_ = 0;  ///< bytes of out_ that read_line() gave out
  bool out_ended_ = false;
  bool err_ended_ = false;
  std::thread reader_;
};

/// What a program that ran to its end leaves.
struct Finished {
  int status = 0;
  std::string out;
  std::string err;
};

/// Runs a program to its end.
[[nodiscard]] Finished run(std::vector<std::string> arguments, const ChildOptions& options = {});

}  // namespace curt::test
