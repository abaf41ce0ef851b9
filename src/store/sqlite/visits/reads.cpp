#include "store/sqlite/visits/reads.hpp"

#include "store/sqlite/visits/owned.hpp"
#include "store/visit_rows.hpp"

namespace curt::store::sqlite {
namespace {

using visits::HourRange;
using visits::Series;
using visits::VisitTotals;

constexpr Statement kFindTotals{"find_totals",
                                "SELECT humans, bots, imported FROM visit_totals WHERE code = ?1"};

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
    "sum_all_visits",
    "SELECT d.humans + coalesce(i.humans, 0), d.bots + coalesce(i.bots, 0), coalesce(i.humans + i.bots, 0)"
    " FROM (SELECT coalesce(sum(humans), 0) AS humans, coalesce(sum(bots), 0) AS bots FROM visit_all_daily)"
    " AS d LEFT JOIN visit_imports AS i"};

}  // namespace

result<std::vector<VisitTotals>> find_visit_totals(Connection& db, const std::vector<ShortCode>& codes) {
  std::vector<VisitTotals> totals;
  totals.reserve(codes.size());
  for (const ShortCode& code : codes) {
    Execution row = db.run(kFindTotals);
    row.bind(code);
    totals.push_back(row.step() ? read_totals_of_all_time(row, 0) : VisitTotals{});
  }
  return totals;
}

result<Series> find_series(Connection& db, const visits::VisitsOf& links, HourRange range) {
  const bool of_all = !links.code;
  if (of_all && links.owner) return find_series_of_owner(db, *links.owner, range);
  const Spans days = days_of(range.begin, range.end);
  const Spans hours = hours_of(range.begin, range.end);
  Execution row = db.run(of_all ? kFindSeriesOfAll : kFindSeries);
  row.bind(days.begin, days.end, hours.begin, hours.end);
  if (!of_all) row.bind_one(5, *links.code);
  Series series;
  while (row.step()) add_to_series(series, row);
  return series;
}

result<VisitTotals> sum_all_visits(Connection& db, const std::optional<KeyId>& owner) {
  if (owner) return sum_visits_of_owner(db, *owner);
  Execution row = db.run(kSumAllVisits);
  row.step();
  return read_totals_of_all_time(row, 0);
}

}  // namespace curt::store::sqlite
