#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

#include "curt/links/link_cache.hpp"

namespace curt::cache {

/// One change of a code that is announced.
struct Announcement {
  ShortCode code;
  std::optional<links::CacheEntry> entry;
};

/// What is to be announced once more, in the order in which it is due. Bounded. Thread-safe.
class Repeats {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;
  static constexpr std::size_t kCapacity = 10'000;

  /// False, and nothing remembered, when there are too many.
  bool add(Announcement announcement, TimePoint due) {
    const std::lock_guard lock{mutex_};
    if (waiting_.size() >= kCapacity) return false;
    waiting_.emplace_back(due, std::move(announcement));
    return true;
  }

  /// Takes out what is due at this time, the first `at_most` of it.
  [[nodiscard]] std::vector<Announcement> take(TimePoint now, std::size_t at_most) {
    std::vector<Announcement> due;
    const std::lock_guard lock{mutex_};
    while (!waiting_.empty() && waiting_.front().first <= now && due.size() < at_most) {
      due.push_back(std::move(waiting_.front().second));
      waiting_.pop_front();
    }
    return due;
  }

 private:
  std::mutex mutex_;
  std::deque<std::pair<TimePoint, Announcement>> waiting_;
};

}  // namespace curt::cache
