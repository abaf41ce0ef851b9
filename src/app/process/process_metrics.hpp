#pragma once

#include "curt/base/metrics.hpp"

namespace curt::app {

/// Adds curt_build_info, the log lines lost, and what Prometheus' client libraries show of a process (CPU,
/// memory, limit of files, start time), read from /proc at scrape.
void add_process_metrics(Metrics& metrics);

/// Adds process_open_fds; `connections` is the gauge of the clients' connections, as most files are.
void add_open_files(Metrics& metrics, Gauge connections);

}  // namespace curt::app
