#pragma once

#include <atomic>
#include <chrono>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <optional>

#include <boost/asio/steady_timer.hpp>

#include "curt/base/async.hpp"

namespace curt {

/// What a round throws to end its Loop for good and without more ado.
struct EndsLoop : std::exception {};

/// A coroutine that works in the background, round after round, until it is told to end. What it uses must
/// outlive it: the owner of both calls stop() and join() first, while the executor's thread still runs, or
/// ends the io_context with all that is in it. Nobody would look after its work again: what ends it by an
/// exception ends the process.
class Loop {
 public:
  /// What the coroutine does, on the executor's thread.
  struct Steps {
    /// One round of work; whether there may be more to do at once.
    std::function<awaitable<bool>()> round;
    /// The round has thrown this.
    std::function<void(const std::exception& failure)> failed;
    /// How long to wait after a round, at most until stop(); nothing ends the coroutine. `more` is what the
    /// round gave, false if it has thrown.
    std::function<std::optional<std::chrono::milliseconds>(bool more)> pause;
    /// Once, when it was told to end.
    std::function<awaitable<void>()> last{};
  };

  explicit Loop(const Executor& executor) : executor_(executor) {}

  /// Starts the coroutine; once.
  void start(Steps steps);

  /// Tells the coroutine to end. On any thread.
  void stop();
  [[nodiscard]] bool is_stopping() const noexcept { return *stopping_; }

  /// Waits for the end of the coroutine on another thread than the executor's; at once if it never started.
  void join();
  /// Waits as join() does, until `end` at most; whether the coroutine has ended.
  [[nodiscard]] bool join_until(std::chrono::steady_clock::time_point end);

 private:
  using Timer = net::basic_waitable_timer<std::chrono::steady_clock,
                                          net::wait_traits<std::chrono::steady_clock>, Executor>;

  awaitable<void> run(std::shared_ptr<Timer> timer);
  awaitable<void> wait(Timer& timer, std::chrono::milliseconds time) const;

  Executor executor_;
  Steps steps_;
  std::shared_ptr<std::atomic<bool>> stopping_ = std::make_shared<std::atomic<bool>>(false);
  std::weak_ptr<Timer> timer_;  ///< the coroutine's, which ends with the io_context at the latest
  std::future<void> ended_;
};

}  // namespace curt
