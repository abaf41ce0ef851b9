#pragma once

#include <atomic>
#include <cstddef>

namespace curt::http {

/// An amount of something that all cores together hold for clients, with a bound. Thread-safe.
class HeldAmount {
 public:
  explicit HeldAmount(std::size_t most) noexcept : most_(most) {}

  /// Takes so much more; false, and nothing is taken, if that were too much.
  [[nodiscard]] bool take(std::size_t amount) noexcept {
    if (held_.fetch_add(amount, std::memory_order_relaxed) + amount <= most_) return true;
    give(amount);
    return false;
  }

  /// Takes so much more in any case.
  void add(std::size_t amount) noexcept { held_.fetch_add(amount, std::memory_order_relaxed); }

  /// Gives so much back.
  void give(std::size_t amount) noexcept { held_.fetch_sub(amount, std::memory_order_relaxed); }

  [[nodiscard]] bool is_full() const noexcept { return held_.load(std::memory_order_relaxed) >= most_; }

 private:
  const std::size_t most_;
  std::atomic<std::size_t> held_{0};
};

/// How much a server may hold for its clients at once. What is answered without waiting, such as a redirect
/// from the cache, is under none of these bounds.
struct LoadBounds {
  std::size_t requests = 4096;  ///< whose answer is being waited for
  std::size_t body_bytes = std::size_t{64} << 20U;
  std::size_t unsent_bytes = std::size_t{256} << 20U;  ///< of answers that clients do not take
};

/// What a server holds for its clients.
struct Load {
  explicit Load(const LoadBounds& bounds) noexcept
      : requests(bounds.requests), body_bytes(bounds.body_bytes), unsent_bytes(bounds.unsent_bytes) {}

  HeldAmount requests;
  HeldAmount body_bytes;
  HeldAmount unsent_bytes;
};

}  // namespace curt::http
