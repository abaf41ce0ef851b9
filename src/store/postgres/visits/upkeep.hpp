#pragma once

#include <cstddef>
#include <cstdint>

#include "curt/visits/visit_store.hpp"

#include "store/postgres/connection/connection.hpp"

namespace curt::store::postgres {

/// The server's time.
[[nodiscard]] result<Timestamp> read_clock(Connection& db);

// The steps of VisitStore::maintain(), which leave the thread to others between them. In each of its
// transactions a step takes the turn, and does nothing if another process has it.

/// Takes the turn until the end of the transaction; false where another process has it.
[[nodiscard]] bool has_upkeep_turn(Connection& db);

/// Makes the partitions of today and of the days ahead, drops those that are too old, and moves the hour from
/// which hours are kept.
[[nodiscard]] result<visits::MaintenanceReport> begin_maintenance(Connection& db, visits::Retention retention,
                                                                  Timestamp now);

/// Removes up to `limit` rows of hours past retention and returns how many.
[[nodiscard]] result<std::uint64_t> remove_hours(Connection& db, std::size_t limit);

}  // namespace curt::store::postgres
