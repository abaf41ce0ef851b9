#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "curt/base/metrics.hpp"
#include "curt/visits/visit_store.hpp"

#include "store/postgres/connection/connection.hpp"

namespace curt::store::postgres {

// Counts batches, each once, and remembers which are done with, as visits::VisitStore says. Each is a
// transaction of its own.

/// `left_out` counts details that have no partition.
[[nodiscard]] result<std::vector<visits::Applied>> apply_batches(Connection& db,
                                                                 const std::vector<visits::Batch>& batches,
                                                                 const Counter& left_out);

[[nodiscard]] result<void> give_up_batch(Connection& db, const visits::BatchId& id, std::uint64_t visits,
                                         const std::string& reason);

[[nodiscard]] result<std::vector<bool>> settled_batches(Connection& db,
                                                        const std::vector<visits::BatchId>& ids);

[[nodiscard]] result<void> confirm_batches(Connection& db, const visits::EpochId& epoch, std::uint16_t ring,
                                           std::uint64_t position);

/// What was seen of an epoch that was opened at this time.
[[nodiscard]] result<visits::EpochSeen> find_seen(Connection& db, const visits::EpochId& epoch,
                                                  Timestamp opened_at);

}  // namespace curt::store::postgres
