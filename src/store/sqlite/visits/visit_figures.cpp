#include "store/sqlite/visits/visit_figures.hpp"

#include <algorithm>
#include <chrono>
#include <string>

#include "store/clean_text.hpp"
#include "store/visit_sums.hpp"

namespace curt::store::sqlite {
namespace {

using visits::HourRange;
using visits::Series;
using visits::TopLink;
using visits::VisitTotals;

std::uint64_t count(const Execution& row, int column) {
  return static_cast<std::uint64_t>(row.integer(column));
}

/// Of this column and the next one.
VisitTotals read_totals(const Execution& row, int column) {
  return {count(row, column), count(row, column + 1)};
}

std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

}  // namespace

void report_epoch(Connection& db, const visits::EpochReport& report) {
  db.run(VisitStatement::report_epoch)
      .bind(report.epoch.str(), clean_text(report.host), report.opened_at, report.seen_at,
            number(report.accepted), number(report.dropped), number(report.undetailed), report.pending_since,
            std::int64_t{report.closed ? 1 : 0})
      .finish();
}

visits::Accounting sum_epochs(Connection& db, Timestamp lost_before) {
  Execution row = db.run(VisitStatement::sum_epochs);
  row.bind(lost_before).step();
  visits::Accounting sums;
  sums.accepted = count(row, 0);
  sums.persisted = count(row, 1);
  sums.dropped = count(row, 2);
  sums.undetailed = count(row, 3);
  sums.unaccounted_epochs = count(row, 4);
  sums.missing = count(row, 5);
  if (!row.is_null(6)) sums.pending_since = row.time(6);
  sums.given_up = count(row, 7);
  return sums;
}

std::vector<VisitTotals> find_visit_totals(Connection& db, const std::vector<ShortCode>& codes) {
  std::vector<VisitTotals> totals;
  totals.reserve(codes.size());
  for (const ShortCode& code : codes) {
    Execution row = db.run(VisitStatement::find_totals);
    row.bind(std::string{code.view()});
    totals.push_back(row.step() ? read_totals(row, 0) : VisitTotals{});
  }
  return totals;
}

Series find_series(Connection& db, const ShortCode& code, HourRange range) {
  const Spans days = days_of(range.begin, range.end);
  const Spans hours = hours_of(range.begin, range.end);
  const bool of_all = code.view().empty();
  Execution row = db.run(of_all ? VisitStatement::find_series_of_all : VisitStatement::find_series);
  row.bind(days.begin, days.end, hours.begin, hours.end);
  if (!of_all) row.bind_one(5, std::string{code.view()});
  Series series;
  while (row.step()) {
    const std::int64_t part = row.integer(0);
    const std::int64_t span = row.integer(1);
    if (part == 0) series.hourly_from = span;
    if (part == 1) series.days.push_back({span * kHoursADay, read_totals(row, 2)});
    if (part == 2) series.hours.push_back({span, read_totals(row, 2)});
  }
  return series;
}

VisitTotals sum_all_visits(Connection& db) {
  Execution row = db.run(VisitStatement::sum_all_visits);
  row.step();
  return read_totals(row, 0);
}

std::vector<TopLink> find_top(Connection& db, const std::optional<HourRange>& range, std::size_t limit) {
  Execution row = db.run(range ? VisitStatement::find_top_of_days : VisitStatement::find_top);
  row.bind(static_cast<std::int64_t>(limit));
  if (range) {
    const Spans days = days_of(range->begin, range->end);
    row.bind_one(2, days.begin);
    row.bind_one(3, days.end);
  }
  std::vector<TopLink> top;
  while (row.step()) top.push_back({ShortCode::from_valid(row.text(0)), read_totals(row, 1)});
  return top;
}

Timestamp read_clock(Connection& db) {
  Execution row = db.run(VisitStatement::read_clock);
  row.step();
  return row.time(0);
}

void begin_hourly_from(Connection& db, visits::Retention retention, Timestamp now) {
  const auto today = std::chrono::floor<std::chrono::days>(now).time_since_epoch();
  const std::int64_t oldest = std::max<std::int64_t>((today - retention.hourly).count(), 0);
  db.run(VisitStatement::begin_hourly_from).bind(oldest * kHoursADay).finish();
  db.run(VisitStatement::remove_all_hourly).finish();
}

std::uint64_t remove_hours(Connection& db, std::size_t limit) {
  Execution remove = db.run(VisitStatement::remove_hourly);
  return static_cast<std::uint64_t>(remove.bind(static_cast<std::int64_t>(limit)).finish());
}

}  // namespace curt::store::sqlite
