#include "flows/load/latencies.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace flows {

namespace {

/// Values below 64 have a bucket each; above, each power of two has 32.
std::size_t bucket_of(std::uint64_t value) noexcept {
  if (value < 64) return value;
  const auto shift = static_cast<unsigned>(std::bit_width(value)) - 6;
  return std::size_t{shift} * 32 + (value >> shift);
}

std::uint64_t last_of(std::size_t bucket) noexcept {
  if (bucket < 64) return bucket;
  const std::size_t shift = bucket / 32 - 1;
  return ((bucket - shift * 32 + 1) << shift) - 1;
}

}  // namespace

void Latencies::add(std::chrono::microseconds time) noexcept {
  const auto value = std::min(static_cast<std::uint64_t>(std::max<std::int64_t>(time.count(), 0)), kMost);
  ++buckets_.at(bucket_of(value));
  ++count_;
  max_ = std::max(max_, value);
}

void Latencies::add(const Latencies& others) noexcept {
  for (std::size_t i = 0; i < kBuckets; ++i) buckets_.at(i) += others.buckets_.at(i);
  count_ += others.count_;
  max_ = std::max(max_, others.max_);
}

double Latencies::percentile_ms(double part) const noexcept {
  const auto wanted = static_cast<std::uint64_t>(std::ceil(part * static_cast<double>(count_)));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += buckets_.at(i);
    if (seen >= wanted && seen > 0) return static_cast<double>(std::min(last_of(i), max_)) / 1000;
  }
  return 0;
}

}  // namespace flows
