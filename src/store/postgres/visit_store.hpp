#pragma once

#include <memory>

#include "curt/base/metrics.hpp"
#include "curt/visits/visit_store.hpp"

#include "store/job_queue.hpp"
#include "store/postgres/connection/connection.hpp"

namespace curt::store::postgres {

/// Visits in PostgreSQL. The queues outlive the store.
[[nodiscard]] std::unique_ptr<visits::VisitStore> make_visit_store(Queues<Connection> queues,
                                                                   Metrics& metrics);

}  // namespace curt::store::postgres
