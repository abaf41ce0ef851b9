#pragma once

#include <cstddef>
#include <cstdint>

#include "curt/visits/visit_store.hpp"

#include "store/sqlite/connection/connection.hpp"

namespace curt::store::sqlite {

// The steps of VisitStore::maintain(). What they throw is SQLite::Exception.

/// The time of the machine, in whole seconds.
[[nodiscard]] result<Timestamp> read_clock(Connection& db);

/// Moves the hour from which hours are kept. SQLite has no other upkeep but remove_hours().
[[nodiscard]] result<visits::MaintenanceReport> begin_maintenance(Connection& db, visits::Retention retention,
                                                                  Timestamp now);

/// Removes up to `limit` rows of hours past retention and returns how many.
[[nodiscard]] result<std::uint64_t> remove_hours(Connection& db, std::size_t limit);

}  // namespace curt::store::sqlite
