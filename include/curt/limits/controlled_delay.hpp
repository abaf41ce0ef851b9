#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>

#include "curt/base/clock.hpp"

namespace curt::limits {

/// Work that waits for the database on behalf of a client. What comes first is given up first when there is
/// more of it than the database can do: a link that is not made is made later, a visitor is gone.
enum class Work : std::uint8_t { creates, lists, lookups };

/// Decides which waiting work is given up because the queues before a dependency do not drain any more:
/// controlled delay (Nichols and Jacobson, "Controlling Queue Delay", ACM Queue 2012), for requests as Maurer
/// describes it ("Fail at Scale", ACM Queue 2015). A burst passes; a wait that is over kTarget for everything
/// that was begun during kInterval means a standing queue, in which everybody waits and nobody is served
/// more.
///
/// Of a kind that stands, what has waited over kLongestWait is given up. While lookups stand, the other kinds
/// make room for them first: creates that waited over kTarget are given up in the next interval, lists in the
/// one after it, and lookups last. Thread-safe.
class ControlledDelay {
 public:
  using Duration = std::chrono::steady_clock::duration;

  static constexpr std::chrono::milliseconds kTarget{20};
  static constexpr std::chrono::milliseconds kInterval{100};
  static constexpr std::chrono::milliseconds kLongestWait{2 * kTarget};

  ControlledDelay() { shortest_.fill(Duration::max()); }

  /// Work of this kind leaves its queue now, after it waited so long.
  void left_queue(Work work, Duration waited, SteadyTime now);

  /// Whether work of this kind that has waited so long is to be given up rather than begun.
  [[nodiscard]] bool gives_up(Work work, Duration waited) const noexcept;

  /// Whether some of this kind is given up at the moment.
  [[nodiscard]] bool gives_up(Work work) const noexcept { return gives_up(work, Duration::max()); }

 private:
  static constexpr std::size_t kKinds = 3;

  void end_interval(SteadyTime now);

  std::mutex mutex_;
  SteadyTime interval_ends_{};
  /// The shortest wait of each kind in this interval; the maximum where nothing left its queue.
  std::array<Duration, kKinds> shortest_{};
  /// For how many intervals in a row each kind has stood, up to 3, less those since it does not.
  std::array<std::atomic<std::size_t>, kKinds> stood_{};
};

}  // namespace curt::limits
