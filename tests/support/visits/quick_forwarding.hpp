#pragma once

#include <chrono>

#include "curt/visits/apply/worker.hpp"
#include "curt/visits/forward/forwarder.hpp"

namespace curt::test {

/// Intervals as short as a test wants them.
[[nodiscard]] inline visits::ForwarderOptions quick_forwarding() {
  using std::chrono::milliseconds;
  visits::ForwarderOptions options;
  options.poll = milliseconds{2};
  options.confirm_every = milliseconds{5};
  options.lost_after = milliseconds{40};
  options.length_every = milliseconds{10};
  options.report_every = milliseconds{5};
  options.report_at_least_every = milliseconds{50};
  options.adopt_every = milliseconds{20};
  options.confirm_positions_every = milliseconds{5};
  options.first_pause = milliseconds{5};
  options.longest_pause = milliseconds{20};
  options.call_deadline = milliseconds{500};
  options.stream_grace = milliseconds{100};
  return options;
}

[[nodiscard]] inline visits::WorkerOptions quick_work(const char* name) {
  using std::chrono::milliseconds;
  visits::WorkerOptions options;
  options.name = name;
  options.abandoned_after = milliseconds{60};
  options.shortest_idle = milliseconds{2};
  options.longest_idle = milliseconds{5};
  options.first_pause = milliseconds{5};
  options.longest_pause = milliseconds{20};
  options.call_deadline = milliseconds{500};
  options.lag_every = milliseconds{5};
  return options;
}

}  // namespace curt::test
