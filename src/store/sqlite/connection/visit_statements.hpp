#pragma once

#include <cstddef>
#include <string_view>

#include "store/statement_times.hpp"

namespace curt::store::sqlite {

/// The statements about visits; as Statement (statements.hpp) is for links. All are charged to the call that
/// they are run for.
enum class VisitStatement {
  insert_batch,
  find_confirmed,
  add_totals,
  add_hourly,
  add_daily,
  add_all_hourly,
  add_all_daily,
  add_to_ring,
  find_batch,
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
  read_clock,
  begin_hourly_from,
  remove_all_hourly,
  remove_hourly,
};

inline constexpr std::size_t kVisitStatementCount =
    static_cast<std::size_t>(VisitStatement::remove_hourly) + 1;

[[nodiscard]] std::string_view name_of(VisitStatement statement) noexcept;

/// The SQL, with numbered parameters.
[[nodiscard]] const char* sql_of(VisitStatement statement) noexcept;

using VisitStatementTimes = TimesByName<VisitStatement, kVisitStatementCount>;

}  // namespace curt::store::sqlite
