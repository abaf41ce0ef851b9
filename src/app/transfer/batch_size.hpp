#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <functional>
#include <utility>

namespace curt::app {

/// How many links an import stores in one transaction. A transaction writes whole pages of the indexes, and
/// the more links there are, the more of them share a page; but others who write may have to wait until it
/// ends. So a batch has as many links as are stored in a given time.
class BatchSize {
 public:
  static constexpr std::size_t kLeast = 1000;

  /// A size that does not change. Not explicit, so that a number can be given for it.
  BatchSize(std::size_t links) : least_(links), most_(links), links_(links) {}

  /// How long a batch may take to be stored, from now on.
  using Goal = std::function<std::chrono::milliseconds()>;

  /// Begins with `first`, and is as many as are stored in what `goal` gives after each batch, from kLeast, or
  /// `first` where that is less, to `most`.
  BatchSize(std::size_t first, std::size_t most, Goal goal)
      : least_(std::min(first, kLeast)), most_(most), links_(first), goal_(std::move(goal)) {}

  [[nodiscard]] std::size_t links() const noexcept { return links_; }

  /// Called after each batch, with how many links it had and how long it took, with the reading of the next
  /// one.
  void adapt(std::size_t links, std::chrono::steady_clock::duration took) {
    if (!goal_ || took.count() <= 0) return;
    const double in_goal = static_cast<double>(links) * (std::chrono::duration<double>{goal_()} / took);
    links_ = static_cast<std::size_t>(
        std::clamp(in_goal, static_cast<double>(least_), static_cast<double>(most_)));
  }

 private:
  std::size_t least_;
  std::size_t most_;
  std::size_t links_;
  Goal goal_;  ///< none where the size does not change
};

}  // namespace curt::app
