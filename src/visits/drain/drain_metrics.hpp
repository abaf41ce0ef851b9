#pragma once

#include <vector>

#include "curt/base/metrics.hpp"
#include "curt/visits/ring/request_ring.hpp"

namespace curt::visits {

/// What a drain counts and measures.
struct DrainMetrics {
  explicit DrainMetrics(Metrics& metrics);

  Counter humans;
  Counter bots;
  Counter appended;
  Counter errors;
  Histogram batch_size;
  Histogram append_time;
};

/// Shows what the rings hold and have lost. The rings must outlive the last scrape.
void register_ring_metrics(Metrics& metrics, const std::vector<RequestRing*>& rings);

}  // namespace curt::visits
