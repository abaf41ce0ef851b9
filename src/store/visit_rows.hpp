#pragma once

#include <cstdint>

#include "curt/visits/visit_store.hpp"

#include "store/visit_sums.hpp"

namespace curt::store {

// How rows about visits are read. `Row` is what read_link() takes.

template <class Row>
std::uint64_t read_count(const Row& row, int column) {
  return static_cast<std::uint64_t>(row.integer(column));
}

/// Reads humans and bots from `column` and the one after it.
template <class Row>
visits::VisitTotals read_totals(const Row& row, int column) {
  return {read_count(row, column), read_count(row, column + 1)};
}

/// Reads humans, bots, and how many of both were imported, from `column` and the two after it.
template <class Row>
visits::VisitTotals read_totals_of_all_time(const Row& row, int column) {
  return {read_count(row, column), read_count(row, column + 1), read_count(row, column + 2)};
}

/// Adds a row of find_series: its part (0: the boundary, 1: a day, 2: an hour), the span, humans, bots.
template <class Row>
void add_to_series(visits::Series& series, const Row& row) {
  const std::int64_t part = row.integer(0);
  const std::int64_t span = row.integer(1);
  if (part == 0) series.hourly_from = span;
  if (part == 1) series.days.push_back({span * kHoursADay, read_totals(row, 2)});
  if (part == 2) series.hours.push_back({span, read_totals(row, 2)});
}

/// Adds a row of find_seen: a ring and the end of the highest batch that came of it, or one of these and what
/// is true of the epoch.
template <class Row>
void add_to_seen(visits::EpochSeen& seen, const Row& row) {
  constexpr std::int64_t kForgotten = -1;
  constexpr std::int64_t kAccepted = -2;
  constexpr std::int64_t kSettled = -3;
  const std::int64_t what = row.integer(0);
  if (what == kForgotten) seen.forgotten = row.integer(1) != 0;
  if (what == kAccepted) seen.accepted = read_count(row, 1);
  if (what == kSettled) seen.settled = read_count(row, 1);
  if (what >= 0) seen.through[static_cast<std::uint16_t>(what)] = read_count(row, 1);
}

// The columns of sum_epochs, as SQL and as the numbers under which a row has them, from one list.
#define CURT_ACCOUNTING_AFTER_ACCEPTED(column) \
  column(persisted) column(dropped) column(undetailed) column(unaccounted_epochs) column(pending_since)
#define CURT_ACCOUNTING_SQL(name) ", " #name
#define CURT_ACCOUNTING_NUMBER(name) , name

/// For a SELECT whose row read_accounting() takes, from columns of these names.
#define CURT_ACCOUNTING_COLUMNS "accepted" CURT_ACCOUNTING_AFTER_ACCEPTED(CURT_ACCOUNTING_SQL)

struct AccountingColumn {
  enum Number : int { accepted CURT_ACCOUNTING_AFTER_ACCEPTED(CURT_ACCOUNTING_NUMBER) };
};

#undef CURT_ACCOUNTING_NUMBER

template <class Row>
visits::Accounting read_accounting(const Row& row) {
  using Column = AccountingColumn;
  visits::Accounting sums;
  sums.accepted = read_count(row, Column::accepted);
  sums.persisted = read_count(row, Column::persisted);
  sums.dropped = read_count(row, Column::dropped);
  sums.undetailed = read_count(row, Column::undetailed);
  sums.unaccounted_epochs = read_count(row, Column::unaccounted_epochs);
  if (!row.is_null(Column::pending_since)) sums.pending_since = row.time(Column::pending_since);
  return sums;
}

}  // namespace curt::store
