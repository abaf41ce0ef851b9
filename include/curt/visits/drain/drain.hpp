#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "curt/base/deadline.hpp"
#include "curt/base/metrics.hpp"
#include "curt/visits/batch/batch_sink.hpp"
#include "curt/visits/batch/batcher.hpp"
#include "curt/visits/bots/is_bot.hpp"
#include "curt/visits/drain/access_line.hpp"
#include "curt/visits/ring/request_ring.hpp"

namespace curt::visits {

struct DrainOptions {
  EpochId epoch;
  BatcherOptions batches;
  IsBot is_bot;
  /// Takes whole access lines, at most some 64 KiB at once, on the drain's thread. None: no access log.
  std::function<void(std::string_view lines)> lines;
  AccessLineFormat line_format = AccessLineFormat::json;
  std::vector<std::string> method_names;
  std::vector<std::string> route_names;
};

/// Empties the rings of this process on a thread of its own, some milliseconds after each push: writes access
/// lines, gathers visits into batches, and frees only those records of a ring that the sink has taken. While
/// the sink fails it tries again ten times a second; access lines go on, and each is written once.
class Drain {
 public:
  /// A ring's number is its index in `rings`. Each is read from its begin() or from
  /// `sink.appended_through(number)`, whichever is later. `rings` and `sink` must outlive the drain, and the
  /// rings also the last scrape, which reads their counters.
  Drain(const std::vector<RequestRing*>& rings, BatchSink& sink, DrainOptions options, Metrics& metrics);
  /// Stops as stop() does.
  ~Drain();
  Drain(const Drain&) = delete;
  Drain& operator=(const Drain&) = delete;

  /// Waits until everything that was pushed before is with the sink; false if the deadline passed before. On
  /// any thread.
  bool flush(Deadline deadline);

  /// Takes what is in the rings and ends, when no thread pushes any more. What the sink does not take now
  /// stays in its ring, to be recovered.
  void stop();

  /// Whether the sink took what it was given last. On any thread.
  [[nodiscard]] bool is_keeping() const noexcept;

  /// Time of the oldest visit that was read and is not with the sink. On any thread.
  [[nodiscard]] std::optional<Timestamp> pending_since() const;

 private:
  class Thread;
  std::unique_ptr<Thread> thread_;
};

}  // namespace curt::visits
