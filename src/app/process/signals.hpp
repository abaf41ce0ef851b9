#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>

namespace curt::app {

/// SIGTERM and SIGINT as something to wait for. To be made once, before other threads, so that all of them
/// leave the signals to its own. SIGPIPE is ignored from then on, and SIGHUP, which a terminal sends when it
/// closes, ends nothing. After the first signal the next one ends the process at once, with status 1.
class StopSignals {
 public:
  StopSignals();

  /// To be asked at the end of a start: whether a signal has come meanwhile, so that nothing is to be begun.
  /// Such a start has kShortestEnd from the signal on, whatever it waits for; then the process ends, with
  /// status 0.
  [[nodiscard]] bool came_early();

  /// Waits for the first signal, after came_early() was false.
  void wait();

 private:
  struct State {
    std::mutex mutex;
    std::condition_variable came;
    bool has_come = false;
    bool start_is_complete = false;
  };
  static void take_signals(State& state);

  const std::shared_ptr<State> state_ =
      std::make_shared<State>();  ///< the thread that takes signals may outlive this
};

}  // namespace curt::app
