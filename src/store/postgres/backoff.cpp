#include "store/postgres/backoff.hpp"

#include <algorithm>

namespace curt::store::postgres {
namespace {

constexpr std::chrono::milliseconds kFirst{50};
/// With a connect time-out of 2 s before it, a server that is back is seen within 3 s.
constexpr std::chrono::milliseconds kLongest{500};

}  // namespace

void Backoff::failed() {
  const auto wait = std::min(kFirst * (1 << std::min<std::size_t>(failures_, 10)), kLongest);
  ++failures_;
  const auto half = static_cast<std::uint64_t>(wait.count() / 2);
  until_ = Deadline::clock::now() + std::chrono::milliseconds{half + random_.next() % (half + 1)};
}

void Backoff::succeeded() {
  failures_ = 0;
  until_ = time_point::min();
}

}  // namespace curt::store::postgres
