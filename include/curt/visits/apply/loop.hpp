#pragma once

#include <atomic>
#include <chrono>
#include <future>
#include <memory>

#include <boost/asio/steady_timer.hpp>

#include "curt/base/async.hpp"

namespace curt::visits {

/// A coroutine that works in the background until it is told to end. What it uses must outlive it: whoever
/// owns both calls stop() and join() first, while the executor's thread still runs.
class Loop {
 public:
  explicit Loop(const Executor& executor);

  /// Starts the coroutine on the executor's thread; once.
  void start(awaitable<void> task);

  /// In the coroutine: waits, not longer than until stop().
  awaitable<void> pause(std::chrono::milliseconds time);

  /// Tells the coroutine to end. On any thread.
  void stop();
  [[nodiscard]] bool is_stopping() const noexcept { return *stopping_; }

  /// Waits for the end of the coroutine on another thread than the executor's; at once if it never started.
  void join();
  /// The same until `end`; whether it has ended.
  [[nodiscard]] bool join_until(std::chrono::steady_clock::time_point end);

 private:
  using Timer = net::basic_waitable_timer<std::chrono::steady_clock,
                                          net::wait_traits<std::chrono::steady_clock>, Executor>;

  Executor executor_;
  std::shared_ptr<std::atomic<bool>> stopping_ = std::make_shared<std::atomic<bool>>(false);
  std::shared_ptr<Timer> timer_;
  std::future<void> ended_;
};

}  // namespace curt::visits
