#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "curt/base/random.hpp"

namespace curt::test {

/// Gives the chosen bytes one after the other, and from the first again. For one thread.
class ChosenRandom final : public RandomSource {
 public:
  explicit ChosenRandom(std::vector<std::uint8_t> bytes) : bytes_(std::move(bytes)) {}

  void fill(std::span<std::byte> out) override {
    for (std::byte& byte : out) byte = std::byte{bytes_[given_++ % bytes_.size()]};
  }

  [[nodiscard]] std::size_t given() const noexcept { return given_; }

 private:
  std::vector<std::uint8_t> bytes_;
  std::size_t given_ = 0;
};

/// Fills with zeros when it is asked first, then with ones, then with twos: each generated code is one
/// character repeated, 0000000, 1111111 and so on. For one thread.
class CountingRandom final : public RandomSource {
 public:
  void fill(std::span<std::byte> out) override {
    for (std::byte& byte : out) byte = std::byte{calls_};
    ++calls_;
  }

 private:
  std::uint8_t calls_ = 0;
};

}  // namespace curt::test
