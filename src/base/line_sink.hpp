#pragma once

#include <atomic>
#include <chrono>
#include <climits>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <string_view>

#include <spdlog/details/null_mutex.h>
#include <spdlog/sinks/base_sink.h>

namespace curt::log {

/// In bytes: a pipe that says it can be written to takes this much in one piece (pipe(7)).
inline constexpr std::size_t kLongestLine = PIPE_BUF;

/// Writes lines to a descriptor without ever waiting for whoever reads its other end with a lock held: a log
/// shipper that stalls, or a terminal that is stopped, costs lines, which are counted, and never a request.
/// Lines that are longer than kLongestLine are lost. Thread-safe.
class LineSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit LineSink(int descriptor) : descriptor_(descriptor) {}

  /// Writes ready-made lines. Waits for the reader at most `patience` in all, and not at all while the reader
  /// has been found stalled. To be called by one thread.
  void write_lines(std::string_view lines, std::chrono::milliseconds patience);

  /// Lines lost so far, counted in writes.
  [[nodiscard]] std::uint64_t lost() const noexcept { return lost_.load(std::memory_order_relaxed); }

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override {}

 private:
  /// Writes the piece if the descriptor takes it now.
  bool try_write(std::string_view piece);

  int descriptor_;
  std::mutex write_mutex_;  ///< held for one write that does not wait
  bool stalled_ = false;    ///< of the thread that writes ready-made lines
  std::atomic<std::uint64_t> lost_{0};
};

}  // namespace curt::log
