#pragma once

#include <cstddef>
#include <string_view>

#include "store/statement_times.hpp"

namespace curt::store::postgres {

/// The statements about visits; as Statement (statements.hpp) is for links.
enum class VisitStatement {
  lock_visits,
  lock_visit_upkeep,
  change_visit_partitions,
  insert_batches,
  forget_replays,
  find_partitions,
  copy_visits,
  add_totals,
  add_hourly,
  add_daily,
  add_all_hourly,
  add_all_daily,
  add_to_rings,
  give_batch_up,
  add_given_up,
  find_settled,
  confirm_batches,
  forget_confirmed,
  report_epoch,
  sum_epochs,
  find_totals,
  find_series,
  find_series_of_all,
  sum_all_visits,
  find_top,
  find_top_of_days,
  find_referrers,
  read_clock,
  begin_hourly_from,
  remove_all_hourly,
  remove_hourly,
};

inline constexpr std::size_t kVisitStatementCount =
    static_cast<std::size_t>(VisitStatement::remove_hourly) + 1;

[[nodiscard]] std::string_view name_of(VisitStatement statement) noexcept;

/// The SQL, with numbered parameters; change_visit_partitions and copy_visits have none here.
[[nodiscard]] const char* sql_of(VisitStatement statement) noexcept;

/// Whether it is charged to the call that it was run for.
[[nodiscard]] constexpr bool is_charged(VisitStatement statement) noexcept {
  return statement >= VisitStatement::insert_batches;
}

using VisitStatementTimes = TimesByName<VisitStatement, kVisitStatementCount>;

}  // namespace curt::store::postgres
