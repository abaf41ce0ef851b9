#pragma once

#include <chrono>

namespace curt::test {

/// How many times slower than usual a test may run: 1, or 5 in a build with the address or the thread
/// sanitizer, times the number in the environment variable CURT_TEST_SLOWNESS.
[[nodiscard]] int slowness();

/// A bound for what a working program does long before, multiplied by slowness(). No test judges how fast
/// something is: a wait that lasts this long has failed, and a deadline this far away does not pass.
[[nodiscard]] std::chrono::milliseconds patience(std::chrono::milliseconds usual = std::chrono::minutes{1});

}  // namespace curt::test
