#pragma once

#include <cstddef>
#include <cstdint>

#include "curt/visits/visit_store.hpp"

#include "store/postgres/pool/session.hpp"

namespace curt::store::postgres {

/// The server's time.
[[nodiscard]] result<Timestamp> read_clock(Session& db);

// The steps of VisitStore::maintain(), which leave the thread to others between them. In each of its
// transactions a step takes the turn, and does nothing if another process has it.

/// Makes the partitions of today and of the days ahead, drops those that are too old, and moves the hour from
/// which hours are kept.
[[nodiscard]] result<visits::MaintenanceReport> keep_partitions(Session& db, visits::Retention retention,
                                                                Timestamp now);

/// Removes up to `limit` rows of hours that are not kept; how many it were.
[[nodiscard]] result<std::uint64_t> remove_hours(Session& db, std::size_t limit);

}  // namespace curt::store::postgres
