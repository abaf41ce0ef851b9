#pragma once

#include <chrono>
#include <thread>

#include "support/patience.hpp"

namespace curt::test {

/// Whether the condition comes to hold within `time`. A test that expects it to hold leaves the time as it
/// is; one that expects it not to may name a short time, in which a busy machine only sees less.
template <class Condition>
[[nodiscard]] bool eventually(Condition condition, std::chrono::steady_clock::duration time = patience()) {
  const auto end = std::chrono::steady_clock::now() + time;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  return true;
}

}  // namespace curt::test
