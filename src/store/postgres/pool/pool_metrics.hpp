#pragma once

#include "curt/base/metrics.hpp"

namespace curt::store::postgres {

/// The numbers of the pool. Made at start-up, before other threads count.
struct PoolMetrics {
  explicit PoolMetrics(Metrics& metrics)
      : size(metrics.gauge("curt_db_pool_size", "Connections that the pool may have.")),
        open(metrics.gauge("curt_db_pool_open", "Connections that the pool has.")),
        busy(metrics.gauge("curt_db_pool_busy", "Connections of the pool that work on something.")),
        connects(metrics.counter("curt_db_connects_total", "Connections to the database that were made.")),
        failures(metrics.counter("curt_db_connection_failures_total",
                                 "Connections to the database that could not be made or that broke.")),
        retries(
            metrics.counter("curt_db_retries_total",
                            "Jobs that ran once more, as their connection broke before they committed.")) {}

  Gauge size;
  Gauge open;
  Gauge busy;
  Counter connects;
  Counter failures;
  Counter retries;
};

}  // namespace curt::store::postgres
