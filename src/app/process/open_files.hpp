#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <utility>

namespace curt::app {

/// How many files the process holds open, found out cheaply also where most of them are connections. One
/// instance; on any thread.
class OpenFiles {
 public:
  /// Above this many connections /proc/self/fd is not walked: each file in it costs the kernel a microsecond.
  static constexpr std::size_t kFew = 256;

  /// Where the numbers come from.
  struct Sources {
    std::function<std::size_t()> connections;  ///< of clients, which are files too
    std::function<std::size_t()> kernel;       ///< what the kernel has counted; 0 where it does not count
    std::function<std::size_t()> walk;         ///< the same, by looking at each
  };

  explicit OpenFiles(Sources sources) : sources_(std::move(sources)) {}

  /// Asks this process's kernel: Linux 6.2 and later says it at once.
  explicit OpenFiles(std::function<std::size_t()> connections);

  /// Exact, but for an older Linux with more than kFew connections: there it is the connections and what was
  /// open beside them at the last exact count.
  [[nodiscard]] std::size_t count();

 private:
  [[nodiscard]] std::size_t walk(std::size_t connections);

  const Sources sources_;
  std::atomic<std::size_t> others_{0};  ///< files that are no connections; 0 until they were counted
};

}  // namespace curt::app
