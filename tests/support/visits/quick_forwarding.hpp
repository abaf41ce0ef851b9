#pragma once

#include <chrono>

#include "curt/visits/apply/worker.hpp"
#include "curt/visits/forward/forwarder.hpp"

namespace curt::test {

/// Options of a forwarder or a worker with pauses after failures and call deadlines as short as a test wants.
template <class Options>
[[nodiscard]] Options quick_to_retry() {
  using std::chrono::milliseconds;
  Options options;
  options.first_pause = milliseconds{5};
  options.longest_pause = milliseconds{20};
  options.call_deadline = milliseconds{500};
  return options;
}

/// Intervals as short as a test wants them.
[[nodiscard]] inline visits::ForwarderOptions quick_forwarding() {
  using std::chrono::milliseconds;
  auto options = quick_to_retry<visits::ForwarderOptions>();
  options.poll = milliseconds{2};
  options.confirm_every = milliseconds{5};
  options.lost_after = milliseconds{40};
  options.length_every = milliseconds{10};
  options.report_every = milliseconds{5};
  options.report_at_least_every = milliseconds{50};
  options.adopt_every = milliseconds{20};
  options.confirm_positions_every = milliseconds{5};
  options.stream_grace = milliseconds{100};
  return options;
}

/// As quick_forwarding(), for a worker of this name.
[[nodiscard]] inline visits::WorkerOptions quick_work(const char* name) {
  using std::chrono::milliseconds;
  auto options = quick_to_retry<visits::WorkerOptions>();
  options.name = name;
  options.abandoned_after = milliseconds{60};
  options.shortest_idle = milliseconds{2};
  options.longest_idle = milliseconds{5};
  options.lag_every = milliseconds{5};
  return options;
}

}  // namespace curt::test
