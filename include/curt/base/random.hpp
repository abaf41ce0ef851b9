#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace curt {

/// Bytes that nobody can guess, passed in so that tests choose them. Thread-safe.
class RandomSource {
 public:
  virtual ~RandomSource() = default;
  virtual void fill(std::span<std::byte> bytes) = 0;
};

/// The kernel's CSPRNG, getrandom(2).
class SystemRandom final : public RandomSource {
 public:
  void fill(std::span<std::byte> bytes) override;
};

/// Numbers for names that need be unique but not secret, such as request ids: SplitMix64 (Steele, Lea, Flood:
/// "Fast splittable pseudorandom number generators", 2014), seeded by the kernel. For one thread.
class FastRandom {
 public:
  FastRandom();
  [[nodiscard]] std::uint64_t next() noexcept {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15ULL);
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }

 private:
  std::uint64_t state_ = 0;
};

/// A name that nobody else has, such as "0123456789abcdef"; not secret. Thread-safe.
[[nodiscard]] std::string unique_name();

}  // namespace curt
