#pragma once

#include "curt/base/clock.hpp"
#include "curt/base/metrics.hpp"
#include "curt/base/random.hpp"

#include "app/process/process_metrics.hpp"

namespace curt::app {

/// What every part of a serving process stands on, and which outlives all of them.
struct Ground {
  Ground() { add_process_metrics(metrics); }
  Ground(const Ground&) = delete;
  Ground& operator=(const Ground&) = delete;

  Metrics metrics;
  SystemClock clock;
  SystemRandom random;
};

}  // namespace curt::app
