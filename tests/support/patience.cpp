#include "support/patience.hpp"

#include <algorithm>
#include <cstdlib>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CURT_TEST_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CURT_TEST_SANITIZED 1
#endif
#endif

namespace curt::test {
namespace {

#ifdef CURT_TEST_SANITIZED
constexpr int kSlowness = 5;  // as in tests/CMakeLists.txt
#else
constexpr int kSlowness = 1;
#endif

int from_environment() {
  const char* text = std::getenv("CURT_TEST_SLOWNESS");               // NOLINT(concurrency-mt-unsafe)
  return text != nullptr ? std::clamp(std::atoi(text), 1, 1000) : 1;  // NOLINT(cert-err34-c)
}

}  // namespace

int slowness() {
  static const int all = kSlowness * from_environment();
  return all;
}

std::chrono::milliseconds patience(std::chrono::milliseconds usual) { return usual * slowness(); }

}  // namespace curt::test
