#include "curt/base/backoff.hpp"

#include <chrono>

#include <gtest/gtest.h>

namespace curt {
namespace {

using namespace std::chrono_literals;

// Random numbers are drawn; what is expected holds for all of them.
constexpr int kRounds = 200;

TEST(Backoff, IsOverWhileNothingHasFailed) {
  Backoff backoff{50ms, 500ms};
  EXPECT_TRUE(backoff.is_over());
  EXPECT_EQ(backoff.failures(), 0U);
}

TEST(Backoff, DoublesItsPausesUpToTheLongest) {
  for (int round = 0; round < kRounds; ++round) {
    Backoff backoff{50ms, 500ms};
    for (const auto bound : {50ms, 100ms, 200ms, 400ms, 500ms, 500ms}) {
      const auto pause = backoff.failed();
      EXPECT_GE(pause, bound / 2);
      EXPECT_LE(pause, bound);
    }
    EXPECT_EQ(backoff.failures(), 6U);
  }
}

TEST(Backoff, PausesFromTheMomentOfTheFailure) {
  Backoff backoff{1h, 1h};
  const auto before = Backoff::Clock::now();
  const auto pause = backoff.failed();
  const auto after = Backoff::Clock::now();
  EXPECT_GE(backoff.until(), before + pause);
  EXPECT_LE(backoff.until(), after + pause);
  EXPECT_FALSE(backoff.is_over());
}

TEST(Backoff, BeginsAgainWithTheFirstPauseAfterASuccess) {
  for (int round = 0; round < kRounds; ++round) {
    Backoff backoff{50ms, 10s};
    for (int i = 0; i < 10; ++i) backoff.failed();
    backoff.succeeded();
    EXPECT_TRUE(backoff.is_over());
    EXPECT_EQ(backoff.failures(), 0U);
    EXPECT_LE(backoff.failed(), 50ms);
  }
}

}  // namespace
}  // namespace curt
