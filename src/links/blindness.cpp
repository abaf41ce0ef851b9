#include "curt/links/blindness.hpp"

#include <chrono>

#include "curt/base/call.hpp"
#include "curt/base/deadline.hpp"

namespace curt::links {
namespace {

using namespace std::chrono_literals;

/// How long looks fail before the store is asked whether it answers, and how long it may take to.
constexpr auto kLong = 5s;
constexpr auto kPatience = 1s;

}  // namespace

awaitable<bool> Blindness::look_failed(SteadyTime began, std::string why) {
  if (!since_) since_ = began;
  if (stands_ || began - *since_ < kLong) co_return false;
  Call call{Deadline::in(kPatience)};
  const result<void> answered = co_await store_.ping(call);
  if (!answered) {
    since_.reset();  // when it answers again, looks have their time to do so too
    co_return false;
  }
  stands_ = true;
  outage_.begin({{"error", why}});
  co_return true;
}

bool Blindness::look_succeeded() noexcept {
  since_.reset();
  outage_.end();
  return stands_.exchange(false);
}

}  // namespace curt::links
