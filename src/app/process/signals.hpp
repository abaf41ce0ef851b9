#pragma once

namespace curt::app {

/// SIGTERM and SIGINT as something to wait for. To be made before other threads, so that all of them leave
/// the signals to the waiting one. SIGPIPE is ignored from then on, and SIGHUP, which a terminal sends when
/// it closes, ends nothing.
class StopSignals {
 public:
  StopSignals();

  /// Waits for the first signal. From then on the next one ends the process at once, with status 1.
  void wait();
};

}  // namespace curt::app
