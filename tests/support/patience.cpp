#include "support/patience.hpp"

#include <algorithm>
#include <cstdlib>

namespace curt::test {
namespace {

int from_environment() {
  const char* text = std::getenv("CURT_TEST_SLOWNESS");               // NOLINT(concurrency-mt-unsafe)
  return text != nullptr ? std::clamp(std::atoi(text), 1, 1000) : 1;  // NOLINT(cert-err34-c)
}

}  // namespace

int slowness() {
  static const int all = CURT_BUILD_SLOWNESS * from_environment();
  return all;
}

std::chrono::milliseconds patience(std::chrono::milliseconds usual) { return usual * slowness(); }

}  // namespace curt::test
