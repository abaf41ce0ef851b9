#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

namespace curt::limits {

/// What lists said of a host the last time, kept beside what names the host. A copy remembers the same.
/// Thread-safe: whoever judges, judges alike.
class VerdictMemo {
 public:
  VerdictMemo() noexcept = default;
  VerdictMemo(const VerdictMemo& other) noexcept : word_(other.word_.load(std::memory_order_relaxed)) {}
  VerdictMemo& operator=(const VerdictMemo& other) noexcept {
    word_.store(other.word_.load(std::memory_order_relaxed), std::memory_order_relaxed);
    return *this;
  }
  ~VerdictMemo() = default;

  /// Whether the lists of this generation block the host; nothing where they were not asked yet.
  [[nodiscard]] std::optional<bool> recall(std::uint32_t generation) const noexcept {
    const std::uint32_t word = word_.load(std::memory_order_relaxed);
    if (word >> 1U != generation) return std::nullopt;
    return (word & 1U) != 0;
  }

  void note(std::uint32_t generation, bool blocked) const noexcept {
    word_.store(generation << 1U | (blocked ? 1U : 0U), std::memory_order_relaxed);
  }

 private:
  mutable std::atomic<std::uint32_t> word_{0};  ///< the generation, never 0 once judged, and the verdict
};

}  // namespace curt::limits
