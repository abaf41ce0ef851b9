#pragma once

#include "curt/base/metrics.hpp"

namespace curt::app {

/// Adds curt_build_info, the log lines lost, and what Prometheus' client libraries show of a process (CPU,
/// memory, file descriptors, start time), read from /proc at scrape.
void add_process_metrics(Metrics& metrics);

}  // namespace curt::app
