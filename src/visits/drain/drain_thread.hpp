#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "curt/visits/drain/drain.hpp"

#include "visits/drain/drain_metrics.hpp"
#include "visits/drain/ring_drain.hpp"

namespace curt::visits {

/// The thread of a Drain, which says what its members do.
class Drain::Thread {
 public:
  Thread(const std::vector<RequestRing*>& rings, BatchSink& sink, DrainOptions options, Metrics& metrics);
  ~Thread() { stop(); }
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  bool flush(Deadline deadline);
  void stop();
  [[nodiscard]] bool is_keeping() const noexcept { return !trouble_; }
  [[nodiscard]] std::optional<Timestamp> pending_since() const;

 private:
  using clock = std::chrono::steady_clock;

  void run();
  /// Takes what is in the rings; true if the sink has all of it.
  bool pass(bool all);
  bool append(const EncodedBatch& batch);
  void write_line(const RequestRecord& record);
  void write_lines();
  void adapt_pause(bool crowded);

  BatchSink& sink_;
  DrainOptions options_;
  DrainMetrics metrics_;
  AccessLines lines_;
  std::string written_;  ///< lines that options_.lines does not have yet
  std::vector<std::unique_ptr<Batcher>> batchers_;
  std::vector<std::unique_ptr<RingDrain>> drains_;
  std::vector<RequestRing*> rings_;
  RingDrain::Append append_;
  RingDrain::Line line_;
  std::chrono::microseconds pause_;
  std::atomic<bool> trouble_{false};  ///< the sink failed the last time
  clock::time_point next_try_;        ///< when it is tried again

  std::mutex mutex_;
  std::condition_variable wake_;     ///< wakes the thread
  std::condition_variable flushed_;  ///< wakes callers of flush()
  bool stopping_ = false;
  std::uint64_t asked_ = 0;  ///< calls of flush() so far
  std::uint64_t done_ = 0;   ///< how many of them are done
  std::thread thread_;
};

}  // namespace curt::visits
