#include "store/sqlite/visits/figures.hpp"

#include <algorithm>
#include <chrono>
#include <string>

#include "store/clean_text.hpp"
#include "store/visit_rows.hpp"

namespace curt::store::sqlite {
namespace {

using visits::HourRange;
using visits::Series;
using visits::TopLink;
using visits::VisitTotals;

/// Of reports that overtake each other the latest one stays. A clock may step back: a report with higher
/// numbers is later.
constexpr Statement kReportEpoch{
    "report_epoch",
    "INSERT INTO visit_epochs (epoch, host, opened_at, seen_at, accepted, dropped, undetailed,"
    " pending_since, closed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
    " ON CONFLICT (epoch) DO UPDATE SET host = excluded.host, seen_at = excluded.seen_at,"
    " accepted = max(accepted, excluded.accepted), dropped = max(dropped, excluded.dropped),"
    " undetailed = max(undetailed, excluded.undetailed),"
    " pending_since = excluded.pending_since, closed = excluded.closed"
    " WHERE closed = 0 AND (seen_at <= excluded.seen_at OR excluded.closed = 1"
    " OR accepted < excluded.accepted OR dropped < excluded.dropped)"};

/// The columns of AccountingColumn. An epoch's report can lag behind the database, so `accepted` is at least
/// what was persisted or given up. What an ended epoch accepted and never delivered is missing, not in
/// flight.
constexpr Statement kSumEpochs{
    "sum_epochs",
    "WITH r AS (SELECT epoch, sum(persisted) AS persisted, sum(given_up) AS given_up FROM visit_rings"
    " GROUP BY epoch), e AS (SELECT *, closed = 0 AND seen_at < ?1 AS lost,"
    " closed = 1 OR seen_at < ?1 AS over FROM visit_epochs)"
    " SELECT coalesce(sum(max(e.accepted, coalesce(r.persisted, 0) + coalesce(r.given_up, 0))), 0),"
    " (SELECT coalesce(sum(persisted), 0) FROM r),"
    " coalesce(sum(e.dropped), 0) + (SELECT coalesce(sum(given_up), 0) FROM r),"
    " coalesce(sum(e.undetailed), 0), count(*) FILTER (WHERE e.lost),"
    " coalesce(sum(max(e.accepted - coalesce(r.persisted, 0) - coalesce(r.given_up, 0), 0))"
    " FILTER (WHERE e.over), 0),"
    " min(e.pending_since) FILTER (WHERE NOT e.lost AND e.closed = 0),"
    " (SELECT coalesce(sum(given_up), 0) FROM r)"
    " FROM e LEFT JOIN r ON r.epoch = e.epoch"};

constexpr Statement kFindTotals{"find_totals", "SELECT humans, bots FROM visit_totals WHERE code = ?1"};

// One statement, so that days and hours are of one moment. The first row is the boundary.

constexpr Statement kFindSeries{
    "find_series",
    "SELECT 0 AS part, hourly_from AS span, 0, 0 FROM visit_upkeep"
    " UNION ALL SELECT 1, day, humans, bots FROM visit_daily WHERE code = ?5 AND day >= ?1 AND day < ?2"
    " AND day < (SELECT hourly_from / 24 FROM visit_upkeep)"
    " UNION ALL SELECT 2, hour, humans, bots FROM visit_hourly WHERE code = ?5 AND hour >= ?3 AND hour < ?4"
    " AND hour >= (SELECT hourly_from FROM visit_upkeep) ORDER BY part, span"};

constexpr Statement kFindSeriesOfAll{
    "find_series_of_all",
    "SELECT 0 AS part, hourly_from AS span, 0, 0 FROM visit_upkeep"
    " UNION ALL SELECT 1, day, humans, bots FROM visit_all_daily WHERE day >= ?1 AND day < ?2"
    " AND day < (SELECT hourly_from / 24 FROM visit_upkeep)"
    " UNION ALL SELECT 2, hour, humans, bots FROM visit_all_hourly WHERE hour >= ?3 AND hour < ?4"
    " AND hour >= (SELECT hourly_from FROM visit_upkeep) ORDER BY part, span"};

constexpr Statement kSumAllVisits{
    "sum_all_visits", "SELECT coalesce(sum(humans), 0), coalesce(sum(bots), 0) FROM visit_all_daily"};

/// CROSS JOIN goes through the totals in their order, and stops when there are enough.
constexpr Statement kFindTop{
    "find_top",
    "SELECT t.code, t.humans, t.bots FROM visit_totals AS t CROSS JOIN links AS l ON l.code = t.code"
    " WHERE l.deleted_at IS NULL ORDER BY t.total DESC, t.code DESC LIMIT ?1"};

constexpr Statement kFindTopOfDays{
    "find_top_of_days",
    "SELECT t.code, t.humans, t.bots FROM (SELECT code, sum(humans) AS humans, sum(bots) AS bots"
    " FROM visit_daily WHERE day >= ?2 AND day < ?3 GROUP BY code) AS t JOIN links AS l ON l.code = t.code"
    " WHERE l.deleted_at IS NULL ORDER BY t.humans + t.bots DESC, t.code DESC LIMIT ?1"};

constexpr Statement kReadClock{"read_clock", "SELECT CAST(strftime('%s', 'now') AS INTEGER) * 1000"};

constexpr Statement kBeginHourlyFrom{"begin_hourly_from",
                                     "UPDATE visit_upkeep SET hourly_from = max(hourly_from, ?1)"};

constexpr Statement kRemoveAllHourly{
    "remove_all_hourly", "DELETE FROM visit_all_hourly WHERE hour < (SELECT hourly_from FROM visit_upkeep)"};

constexpr Statement kRemoveHourly{
    "remove_hourly",
    "DELETE FROM visit_hourly WHERE (code, hour) IN (SELECT code, hour FROM visit_hourly"
    " WHERE hour < (SELECT hourly_from FROM visit_upkeep) ORDER BY hour LIMIT ?1)"};

std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

}  // namespace

result<void> report_epoch(Connection& db, const visits::EpochReport& report) {
  db.run(kReportEpoch)
      .bind(report.epoch.str(), clean_text(report.host), report.opened_at, report.seen_at,
            number(report.accepted), number(report.dropped), number(report.undetailed), report.pending_since,
            report.closed)
      .finish();
  return {};
}

result<visits::Accounting> sum_epochs(Connection& db, Timestamp lost_before) {
  Execution row = db.run(kSumEpochs);
  row.bind(lost_before).step();
  return read_accounting(row);
}

result<std::vector<VisitTotals>> find_visit_totals(Connection& db, const std::vector<ShortCode>& codes) {
  std::vector<VisitTotals> totals;
  totals.reserve(codes.size());
  for (const ShortCode& code : codes) {
    Execution row = db.run(kFindTotals);
    row.bind(code);
    totals.push_back(row.step() ? read_totals(row, 0) : VisitTotals{});
  }
  return totals;
}

result<Series> find_series(Connection& db, const ShortCode& code, HourRange range) {
  const Spans days = days_of(range.begin, range.end);
  const Spans hours = hours_of(range.begin, range.end);
  const bool of_all = code.view().empty();
  Execution row = db.run(of_all ? kFindSeriesOfAll : kFindSeries);
  row.bind(days.begin, days.end, hours.begin, hours.end);
  if (!of_all) row.bind_one(5, code);
  Series series;
  while (row.step()) add_to_series(series, row);
  return series;
}

result<VisitTotals> sum_all_visits(Connection& db) {
  Execution row = db.run(kSumAllVisits);
  row.step();
  return read_totals(row, 0);
}

result<std::vector<TopLink>> find_top(Connection& db, const std::optional<HourRange>& range,
                                      std::size_t limit) {
  Execution row = db.run(range ? kFindTopOfDays : kFindTop);
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

result<Timestamp> read_clock(Connection& db) {
  Execution row = db.run(kReadClock);
  row.step();
  return row.time(0);
}

result<visits::MaintenanceReport> begin_maintenance(Connection& db, visits::Retention retention,
                                                    Timestamp now) {
  const auto today = std::chrono::floor<std::chrono::days>(now).time_since_epoch();
  const std::int64_t oldest = std::max<std::int64_t>((today - retention.hourly).count(), 0);
  db.run(kBeginHourlyFrom).bind(oldest * kHoursADay).finish();
  db.run(kRemoveAllHourly).finish();
  return visits::MaintenanceReport{};
}

result<std::uint64_t> remove_hours(Connection& db, std::size_t limit) {
  Execution remove = db.run(kRemoveHourly);
  return static_cast<std::uint64_t>(remove.bind(static_cast<std::int64_t>(limit)).finish());
}

}  // namespace curt::store::sqlite
