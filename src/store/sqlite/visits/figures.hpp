#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "curt/visits/visit_store.hpp"

#include "store/sqlite/connection/connection.hpp"

namespace curt::store::sqlite {

// The figures and what is counted per epoch, as visits::VisitStore says. What they throw is
// SQLite::Exception.

[[nodiscard]] result<void> report_epoch(Connection& db, const visits::EpochReport& report);

[[nodiscard]] result<visits::Accounting> sum_epochs(Connection& db, Timestamp lost_before);

[[nodiscard]] result<std::vector<visits::VisitTotals>> find_visit_totals(Connection& db,
                                                                         const std::vector<ShortCode>& codes);

[[nodiscard]] result<visits::Series> find_series(Connection& db, const ShortCode& code,
                                                 visits::HourRange range);

[[nodiscard]] result<visits::VisitTotals> sum_all_visits(Connection& db);

[[nodiscard]] result<std::vector<visits::TopLink>> find_top(Connection& db,
                                                            const std::optional<visits::HourRange>& range,
                                                            std::size_t limit);

/// The time of the machine, in whole seconds.
[[nodiscard]] result<Timestamp> read_clock(Connection& db);

/// Moves the hour from which hours are kept. SQLite has no other upkeep but remove_hours().
[[nodiscard]] result<visits::MaintenanceReport> begin_maintenance(Connection& db, visits::Retention retention,
                                                                  Timestamp now);

/// Removes up to `limit` rows of hours past retention and returns how many.
[[nodiscard]] result<std::uint64_t> remove_hours(Connection& db, std::size_t limit);

}  // namespace curt::store::sqlite
