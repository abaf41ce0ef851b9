#include "curt/limits/controlled_delay.hpp"

#include <algorithm>

namespace curt::limits {
namespace {

/// Lookups that have stood for so many intervals are given up themselves, after all else.
constexpr std::size_t kMostStood = 3;

std::size_t index_of(Work work) noexcept { return static_cast<std::size_t>(work); }

}  // namespace

void ControlledDelay::left_queue(Work work, Duration waited, SteadyTime now) {
  const std::lock_guard lock{mutex_};
  if (now >= interval_ends_) end_interval(now);
  Duration& shortest = shortest_[index_of(work)];
  shortest = std::min(shortest, waited);
}

void ControlledDelay::end_interval(SteadyTime now) {
  // An interval that nobody ended in time was followed by one in which nothing left a queue.
  const bool is_old = now >= interval_ends_ + kInterval;
  for (std::size_t kind = 0; kind < kKinds; ++kind) {
    const bool stands = shortest_[kind] > kTarget && shortest_[kind] != Duration::max();
    const std::size_t before = stood_[kind].load(std::memory_order_relaxed);
    std::size_t stood = 0;
    if (stands && !is_old) stood = std::min(before + 1, kMostStood);
    if (!stands && !is_old && before > 0) stood = before - 1;
    stood_[kind].store(stood, std::memory_order_relaxed);
    shortest_[kind] = Duration::max();
  }
  interval_ends_ = now + kInterval;
}

bool ControlledDelay::gives_up(Work work, Duration waited) const noexcept {
  const std::size_t own = stood_[index_of(work)].load(std::memory_order_relaxed);
  const std::size_t lookups = stood_[index_of(Work::lookups)].load(std::memory_order_relaxed);
  switch (work) {
    case Work::creates:
      return (own >= 1 && waited > kLongestWait) || (lookups >= 1 && waited > kTarget);
    case Work::lists:
      return (own >= 1 && waited > kLongestWait) || (lookups >= 2 && waited > kTarget);
    case Work::lookups:
      break;
  }
  return lookups >= kMostStood && waited > kLongestWait;
}

}  // namespace curt::limits
