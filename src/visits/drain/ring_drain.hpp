#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>

#include "curt/visits/batch/batcher.hpp"
#include "curt/visits/bots/is_bot.hpp"
#include "curt/visits/ring/request_ring.hpp"

namespace curt::visits {

/// Drains one ring. Every position is read once for its visit and once for its access line; while the sink
/// fails the lines run ahead.
class RingDrain {
 public:
  using clock = Batcher::clock;
  /// Gives a batch to the sink; false if it did not take it.
  using Append = std::function<bool(const EncodedBatch&)>;
  using Line = std::function<void(const RequestRecord&)>;

  struct Taken {
    std::uint64_t records = 0;
    std::uint64_t humans = 0;
    std::uint64_t bots = 0;
  };

  RingDrain(RequestRing& ring, std::uint64_t begin, Batcher& batcher)
      : ring_(ring), batcher_(batcher), position_(begin), lines_through_(begin) {}

  /// Takes what is in the ring now. Batches that are due are appended, all of them if `all`.
  Taken take(const IsBot& ask, const Append& append, const Line& line, bool all);

  /// Whether the sink has every visit that was in the ring at the last take().
  [[nodiscard]] bool settled() const noexcept { return !pending_ && batcher_.empty(); }

  /// Milliseconds since 1970; the largest number for none. On any thread.
  [[nodiscard]] std::int64_t pending_since() const noexcept {
    return pending_since_.load(std::memory_order_relaxed);
  }

  static constexpr std::int64_t kNone = std::numeric_limits<std::int64_t>::max();

 private:
  bool is_bot(const RequestRecord& record, const IsBot& ask);
  bool close(const Append& append);
  bool append_pending(const Append& append);
  void run_lines_ahead(std::uint64_t end, const Line& line);
  /// Frees what is no longer needed.
  void settle();

  RequestRing& ring_;
  Batcher& batcher_;
  std::uint64_t position_;               ///< where the next record is read
  std::uint64_t lines_through_;          ///< access lines before this one are written
  std::optional<EncodedBatch> pending_;  ///< closed, and not with the sink
  std::atomic<std::int64_t> pending_since_{kNone};
  std::string last_user_agent_;
  bool last_is_bot_ = false;
};

}  // namespace curt::visits
