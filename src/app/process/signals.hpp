#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>

namespace curt::app {

/// SIGTERM and SIGINT as something to wait for. To be made once, before other threads, so that all of them
/// leave the signals to its own. SIGPIPE is ignored from then on, and SIGHUP, which a terminal sends when it
/// closes, ends nothing: it has the process read its lists again. After the first signal the next one ends
/// the process at once, with status 1.
class StopSignals {
 public:
  StopSignals();

  /// To be asked at the end of a start: whether a signal has come meanwhile, so that nothing is to be begun.
  /// Such a start has kShortestEnd from the signal on, whatever it waits for; then the process ends, with
  /// status 0.
  [[nodiscard]] bool came_early();

  /// From now on this is done at each SIGHUP, on a thread of the signals' own; null for nothing. Once this
  /// has returned, what was to be done before is not done any more.
  void at_hang_up(std::function<void()> reload);

  /// Waits for the first signal, after came_early() was false.
  void wait();

 private:
  struct State {
    std::mutex mutex;
    std::condition_variable came;
    bool has_come = false;
    bool start_is_complete = false;
    std::mutex reload_mutex;  ///< held while `reload` is done
    std::function<void()> reload;
  };
  static void take_signals(State& state);
  static void wait_for_one(State& state);
  static void hang_up(State& state);

  const std::shared_ptr<State> state_ =
      std::make_shared<State>();  ///< the thread that takes signals may outlive this
};

}  // namespace curt::app
