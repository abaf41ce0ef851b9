#pragma once

#include <array>
#include <chrono>
#include <cstdint>

namespace flows {

/// How long requests took, in buckets that are a 32nd of their value wide at most: exact to 3 %, in 9 KiB.
class Latencies {
 public:
  void add(std::chrono::microseconds time) noexcept;
  void add(const Latencies& others) noexcept;
  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }
  [[nodiscard]] double max_ms() const noexcept { return static_cast<double>(max_) / 1000; }
  /// The time in milliseconds within which this part (0 to 1) of them was answered; 0 where there were none.
  [[nodiscard]] double percentile_ms(double part) const noexcept;

 private:
  static constexpr std::uint64_t kMost = (std::uint64_t{1} << 36U) - 1;  // 19 hours
  static constexpr std::size_t kBuckets = std::size_t{32} * 32;

  std::array<std::uint64_t, kBuckets> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace flows
