#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>

#include "curt/base/clock.hpp"

namespace curt::links {

/// Whether the shared cache may know a link as it was before an acknowledged change. While it may, the store
/// is asked before it. Stands at first, until a look at the outbox has found nothing open. Thread-safe.
class Doubt {
 public:
  /// `stale_max` is how long after the last clean look the shared cache is believed for want of anything
  /// better; `now` is when it begins to stand.
  Doubt(std::chrono::milliseconds stale_max, SteadyTime now) noexcept : stale_max_(stale_max), since_(now) {}

  /// Whether it stands. Never waits.
  [[nodiscard]] bool stands() const noexcept { return stands_.load(std::memory_order_acquire); }

  /// Whether what the shared cache says serves where the store does not answer: it was clean not long ago,
  /// and is the same server still.
  [[nodiscard]] bool is_bearable(SteadyTime now) const;

  /// A change could not be announced: a look ends it that began Outbox::kSettled later, when the change
  /// counts as open.
  void raise(SteadyTime now);

  /// The shared cache may be another server from now on.
  void lose_server(SteadyTime now);

  /// Counts lose_server().
  [[nodiscard]] std::uint64_t servers() const;

  /// It is the one that was clean last, if it has not been lost since servers() was this.
  void recognise_server(std::uint64_t servers);

  /// A look has found that the shared cache is not what the store says.
  void found(SteadyTime now);

  /// A look that began then has found nothing.
  void found_none(SteadyTime look_began);

  /// Since when it stands; nothing while it does not.
  [[nodiscard]] std::optional<SteadyTime> since() const;

 private:
  void begin(SteadyTime now);

  const std::chrono::milliseconds stale_max_;
  std::atomic<bool> stands_{true};
  mutable std::mutex mutex_;
  SteadyTime since_;
  std::optional<SteadyTime> raised_at_;
  std::optional<SteadyTime> clean_at_;
  std::uint64_t servers_ = 0;
  bool is_clean_server_ = false;  ///< whether it is the one that was clean last
};

}  // namespace curt::links
