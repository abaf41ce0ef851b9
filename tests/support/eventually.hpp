#pragma once

#include <chrono>
#include <thread>

namespace curt::test {

/// Whether the condition comes to hold; waits for it as long as no working program would need.
template <class Condition>
[[nodiscard]] bool eventually(Condition condition,
                              std::chrono::steady_clock::duration patience = std::chrono::seconds{20}) {
  const auto end = std::chrono::steady_clock::now() + patience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() >= end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds{2});
  }
  return true;
}

}  // namespace curt::test
