#pragma once

#include <memory>

#include "curt/visits/visit_store.hpp"

#include "store/job_queue.hpp"
#include "store/sqlite/connection/connection.hpp"

namespace curt::store::sqlite {

/// Visits in SQLite, which keeps none of them one by one. The queues outlive the store.
[[nodiscard]] std::unique_ptr<visits::VisitStore> make_visit_store(Queues<Connection> queues);

}  // namespace curt::store::sqlite
