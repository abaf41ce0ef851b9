#pragma once

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

#include "visits/drain/ring_drain.hpp"

namespace curt::visits {

/// The rings must outlive the last scrape.
void register_ring_metrics(Metrics& metrics, const std::vector<RequestRing*>& rings);

class Drain::Thread {
 public:
  Thread(const std::vector<RequestRing*>& rings, BatchSink& sink, DrainOptions options, Metrics& metrics);
  ~Thread() { stop(); }
  Thread(const Thread&) = delete;
  Thread& operator=(const Thread&) = delete;

  bool flush(Deadline deadline);
  void stop();
  [[nodiscard]] std::optional<Timestamp> pending_since() const;

 private:
  using clock = std::chrono::steady_clock;

  struct Numbers {
    explicit Numbers(Metrics& metrics);
    Counter humans;
    Counter bots;
    Counter appended;
    Counter errors;
    Histogram batch_size;
    Histogram append_time;
  };

  void run();
  /// Takes what is in the rings; true if none of it is pending.
  bool pass(bool all);
  bool append(const EncodedBatch& batch);
  void write_line(const RequestRecord& record);
  void write_lines();
  void adapt_pause(bool crowded);

  BatchSink& sink_;
  DrainOptions options_;
  Numbers numbers_;
  AccessLines lines_;
  std::string written_;  ///< lines on their way out
  std::vector<std::unique_ptr<Batcher>> batchers_;
  std::vector<std::unique_ptr<RingDrain>> drains_;
  std::vector<RequestRing*> rings_;
  RingDrain::Append append_;
  RingDrain::Line line_;
  std::chrono::microseconds pause_;
  bool trouble_ = false;        ///< the sink's last answer was an error
  clock::time_point next_try_;  ///< when it is asked again

  std::mutex mutex_;
  std::condition_variable wake_;     ///< the thread
  std::condition_variable flushed_;  ///< who waits in flush()
  bool stopping_ = false;
  std::uint64_t asked_ = 0;  ///< flushes so far
  std::uint64_t done_ = 0;   ///< of these
  std::thread thread_;
};

}  // namespace curt::visits
