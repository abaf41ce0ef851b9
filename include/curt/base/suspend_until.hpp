#pragma once

#include <atomic>
#include <chrono>
#include <memory>
#include <optional>
#include <utility>

#include <boost/asio/basic_waitable_timer.hpp>
#include <boost/asio/this_coro.hpp>

#include "curt/base/async.hpp"
#include "curt/base/deadline.hpp"

namespace curt {

/// The other end of `suspend_until`: resumes the waiting coroutine, on its own thread, with a value, unless
/// its deadline has passed or it is gone together with its io_context. Callable on any thread. It keeps
/// nothing alive; one that is dropped without a call leaves the coroutine to its deadline.
template <class T>
class TimedCompletion {
 public:
  /// The one place where the value and the deadline meet. The deadline's timer owns it.
  class Meeting {
   public:
    explicit Meeting(Completion<std::optional<T>> waiter) : waiter_(std::move(waiter)) {}

    /// Whether this was the first to come.
    bool resume(std::optional<T> value) {
      if (taken_.exchange(true, std::memory_order_acq_rel)) return false;
      waiter_(std::move(value));
      return true;
    }

   private:
    std::atomic<bool> taken_{false};
    Completion<std::optional<T>> waiter_;
  };

  explicit TimedCompletion(const std::shared_ptr<Meeting>& meeting) : meeting_(meeting) {}

  /// Whether the coroutine will have the value.
  bool operator()(T value) const {
    const auto meeting = meeting_.lock();
    return meeting && meeting->resume(std::move(value));
  }

 private:
  std::weak_ptr<Meeting> meeting_;
};

/// Suspends the calling coroutine and hands its TimedCompletion to `start`, which runs at once on the
/// caller's thread. Resumes with the value, or with nothing at the deadline.
template <class T, class Start>
awaitable<std::optional<T>> suspend_until(Deadline deadline, Start start) {
  using Timer = net::basic_waitable_timer<Deadline::clock, net::wait_traits<Deadline::clock>, Executor>;
  using Meeting = typename TimedCompletion<T>::Meeting;
  const Executor executor = co_await net::this_coro::executor;
  Timer timer{executor, deadline.at()};
  // Only the timer's handler holds the meeting, and with it this coroutine, so that both end with the
  // io_context.
  auto begin = [&timer, &start](Completion<std::optional<T>> waiter) {
    const auto meeting = std::make_shared<Meeting>(std::move(waiter));
    timer.async_wait([meeting](const boost::system::error_code& cancelled) {
      if (!cancelled) meeting->resume(std::nullopt);
    });
    start(TimedCompletion<T>{meeting});
  };
  std::optional<T> value = co_await suspend<std::optional<T>>(begin);
  co_return value;
}

}  // namespace curt
