#include "store/sqlite/visits/owned.hpp"

#include "store/visit_rows.hpp"

namespace curt::store::sqlite {
namespace {

using visits::HourRange;
using visits::Series;
using visits::TopLink;
using visits::VisitTotals;

// CROSS JOIN begins with the owner's links, which are few among all.

constexpr Statement kFindSeriesOfOwner{
    "find_series_of_owner",
    "SELECT 0 AS part, hourly_from AS span, 0, 0 FROM visit_upkeep"
    " UNION ALL SELECT 1, d.day, sum(d.humans), sum(d.bots)"
    " FROM links AS l CROSS JOIN visit_daily AS d ON d.code = l.code WHERE l.owner = ?5"
    " AND d.day >= ?1 AND d.day < ?2 AND d.day < (SELECT hourly_from / 24 FROM visit_upkeep) GROUP BY d.day"
    " UNION ALL SELECT 2, h.hour, sum(h.humans), sum(h.bots)"
    " FROM links AS l CROSS JOIN visit_hourly AS h ON h.code = l.code WHERE l.owner = ?5"
    " AND h.hour >= ?3 AND h.hour < ?4 AND h.hour >= (SELECT hourly_from FROM visit_upkeep) GROUP BY h.hour"
    " ORDER BY part, span"};

constexpr Statement kSumVisitsOfOwner{
    "sum_visits_of_owner",
    "SELECT coalesce(sum(t.humans), 0), coalesce(sum(t.bots), 0), coalesce(sum(t.imported), 0)"
    " FROM links AS l CROSS JOIN visit_totals AS t ON t.code = l.code WHERE l.owner = ?1"};

constexpr Statement kFindTopOfOwner{
    "find_top_of_owner",
    "SELECT t.code, t.humans, t.bots, t.imported FROM links AS l CROSS JOIN visit_totals AS t ON t.code = "
    "l.code"
    " WHERE l.owner = ?2 AND l.deleted_at IS NULL ORDER BY t.total DESC, t.code DESC LIMIT ?1"};

constexpr Statement kFindTopOfOwnerDays{
    "find_top_of_owner_days",
    "SELECT d.code, sum(d.humans), sum(d.bots), 0"
    " FROM links AS l CROSS JOIN visit_daily AS d ON d.code = l.code"
    " WHERE l.owner = ?2 AND l.deleted_at IS NULL AND d.day >= ?3 AND d.day < ?4 GROUP BY d.code"
    " ORDER BY sum(d.humans) + sum(d.bots) DESC, d.code DESC LIMIT ?1"};

}  // namespace

result<Series> find_series_of_owner(Connection& db, const KeyId& owner, HourRange range) {
  const Spans days = days_of(range.begin, range.end);
  const Spans hours = hours_of(range.begin, range.end);
  Execution row = db.run(kFindSeriesOfOwner);
  row.bind(days.begin, days.end, hours.begin, hours.end, owner);
  Series series;
  while (row.step()) add_to_series(series, row);
  return series;
}

result<VisitTotals> sum_visits_of_owner(Connection& db, const KeyId& owner) {
  Execution row = db.run(kSumVisitsOfOwner);
  row.bind(owner);
  row.step();
  return read_totals_of_all_time(row, 0);
}

result<std::vector<TopLink>> find_top_of_owner(Connection& db, const KeyId& owner,
                                               const std::optional<HourRange>& range, std::size_t limit) {
  Execution row = db.run(range ? kFindTopOfOwnerDays : kFindTopOfOwner);
  row.bind(std::uint64_t{limit}, owner);
  if (range) {
    const Spans days = days_of(range->begin, range->end);
    row.bind_one(3, days.begin);
    row.bind_one(4, days.end);
  }
  std::vector<TopLink> top;
  while (row.step()) top.push_back({ShortCode::from_valid(row.text(0)), read_totals_of_all_time(row, 1)});
  return top;
}

}  // namespace curt::store::sqlite
