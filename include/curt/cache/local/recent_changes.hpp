#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace curt::cache {

/// Tells who reads a code from a lower layer whether the code was changed meanwhile: the hashes of the codes
/// that were changed last, and how many changes there were. A reading notes the count when it begins and asks
/// for what came since.
class RecentChanges {
 public:
  /// How many changes are told apart. After more than these within one reading, each code counts as changed.
  static constexpr std::size_t kRemembered = 256;

  void add(std::size_t hash) noexcept { hashes_[count_++ % kRemembered] = hash; }

  [[nodiscard]] std::uint64_t count() const noexcept { return count_; }

  /// Whether the code with this hash may have changed since the count was `begin`.
  [[nodiscard]] bool changed_since(std::uint64_t begin, std::size_t hash) const noexcept {
    if (count_ - begin > kRemembered) return true;
    for (std::uint64_t i = begin; i != count_; ++i) {
      if (hashes_[i % kRemembered] == hash) return true;
    }
    return false;
  }

 private:
  std::uint64_t count_ = 0;
  std::array<std::size_t, kRemembered> hashes_{};
};

}  // namespace curt::cache
