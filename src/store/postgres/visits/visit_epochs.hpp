#pragma once

#include "curt/visits/visit_store.hpp"

#include "store/postgres/pool/session.hpp"

namespace curt::store::postgres {

// The epochs' books, as visits::VisitStore says.

[[nodiscard]] result<void> report_epoch(Session& db, const visits::EpochReport& report);

[[nodiscard]] result<visits::Accounting> sum_epochs(Session& db, Timestamp lost_before);

}  // namespace curt::store::postgres
