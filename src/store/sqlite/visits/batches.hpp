#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "curt/visits/visit_store.hpp"

#include "store/sqlite/connection/connection.hpp"

namespace curt::store::sqlite {

// Counts batches, each once, and remembers which are done with, as visits::VisitStore says; the writes are to
// be run inside a transaction of `db`. After an error the caller undoes what was written. What they throw is
// SQLite::Exception.

[[nodiscard]] result<std::vector<visits::Applied>> apply_batches(Connection& db,
                                                                 const std::vector<visits::Batch>& batches);

[[nodiscard]] result<void> give_up_batch(Connection& db, const visits::BatchId& id, std::uint64_t visits,
                                         const std::string& reason);

[[nodiscard]] result<std::vector<bool>> settled_batches(Connection& db,
                                                        const std::vector<visits::BatchId>& ids);

[[nodiscard]] result<void> confirm_batches(Connection& db, const visits::EpochId& epoch, std::uint16_t ring,
                                           std::uint64_t position);

/// What was seen of an epoch that was opened at this time.
[[nodiscard]] result<visits::EpochSeen> find_seen(Connection& db, const visits::EpochId& epoch,
                                                  Timestamp opened_at);

}  // namespace curt::store::sqlite
