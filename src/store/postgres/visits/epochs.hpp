#pragma once

#include <vector>

#include "curt/visits/visit_store.hpp"

#include "store/postgres/connection/connection.hpp"

namespace curt::store::postgres {

// What is counted per epoch, as visits::VisitStore says.

[[nodiscard]] result<void> report_epoch(Connection& db, const visits::EpochReport& report);

[[nodiscard]] result<visits::Accounting> sum_epochs(Connection& db, Timestamp lost_before,
                                                    const std::vector<visits::EpochReport>& own);

}  // namespace curt::store::postgres
