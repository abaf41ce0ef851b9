#include "curt/base/random.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace curt {
namespace {

TEST(SystemRandom, FillsEveryByte) {
  SystemRandom random;
  // More than getrandom(2) promises to give at once.
  std::vector<std::byte> seen(1000);
  for (int i = 0; i < 20; ++i) {
    std::vector<std::byte> bytes(seen.size());
    random.fill(bytes);
    for (std::size_t at = 0; at < bytes.size(); ++at) seen[at] |= bytes[at];
  }
  // A byte that is filled stays zero 20 times in one of 256^20 runs.
  for (std::size_t at = 0; at < seen.size(); ++at) EXPECT_NE(seen[at], std::byte{0}) << at;
}

TEST(SystemRandom, StaysWithinItsBounds) {
  SystemRandom random;
  std::array<std::byte, 8> bytes{};
  for (int i = 0; i < 20; ++i) random.fill(std::span{bytes}.subspan(2, 4));
  EXPECT_EQ(bytes[1], std::byte{0});
  EXPECT_EQ(bytes[6], std::byte{0});
  random.fill({});
}

TEST(SystemRandom, DoesNotRepeatItself) {
  SystemRandom random;
  std::set<std::array<std::byte, 16>> drawn;
  for (int i = 0; i < 1000; ++i) {
    std::array<std::byte, 16> bytes{};
    random.fill(bytes);
    drawn.insert(bytes);
  }
  EXPECT_EQ(drawn.size(), 1000U);
}

TEST(FastRandom, DoesNotRepeatItselfNorAnother) {
  FastRandom one;
  FastRandom other;
  std::set<std::uint64_t> drawn;
  for (int i = 0; i < 10'000; ++i) {
    drawn.insert(one.next());
    drawn.insert(other.next());
  }
  EXPECT_EQ(drawn.size(), 20'000U);
}

TEST(UniqueName, IsNeverTheSameTwice) {
  std::set<std::string> names;
  for (int i = 0; i < 10'000; ++i) names.insert(unique_name());
  EXPECT_EQ(names.size(), 10'000U);
  for (const std::string& name : names) {
    EXPECT_EQ(name.size(), 16U) << name;
    EXPECT_EQ(name.find_first_not_of("0123456789abcdef"), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace curt
