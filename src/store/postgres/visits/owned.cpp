#include "store/postgres/visits/owned.hpp"

#include <string>

#include "store/postgres/connection/parameters.hpp"
#include "store/postgres/connection/planned.hpp"
#include "store/postgres/connection/row.hpp"
#include "store/visit_rows.hpp"

namespace curt::store::postgres {
namespace {

using visits::HourRange;
using visits::Series;
using visits::TopLink;
using visits::VisitTotals;

constexpr Statement kFindSeriesOfOwner{
    "find_series_of_owner",
    "SELECT 0 AS part, hourly_from AS span, 0::bigint AS humans, 0::bigint AS bots FROM visit_upkeep"
    " UNION ALL SELECT 1, d.day, sum(d.humans)::bigint, sum(d.bots)::bigint"
    " FROM links AS l JOIN visit_daily AS d ON d.code = l.code WHERE l.owner = $1 AND d.day >= $2"
    " AND d.day < $3 AND d.day < (SELECT hourly_from / 24 FROM visit_upkeep) GROUP BY d.day"
    " UNION ALL SELECT 2, h.hour, sum(h.humans)::bigint, sum(h.bots)::bigint"
    " FROM links AS l JOIN visit_hourly AS h ON h.code = l.code WHERE l.owner = $1 AND h.hour >= $4"
    " AND h.hour < $5 AND h.hour >= (SELECT hourly_from FROM visit_upkeep) GROUP BY h.hour"
    " ORDER BY part, span"};

constexpr Statement kSumVisitsOfOwner{
    "sum_visits_of_owner",
    "SELECT coalesce(sum(t.humans), 0)::bigint, coalesce(sum(t.bots), 0)::bigint,"
    " coalesce(sum(t.imported), 0)::bigint"
    " FROM links AS l JOIN visit_totals AS t ON t.code = l.code WHERE l.owner = $1"};

/// The order is made of the owner's links alone: else the planner may go through all totals in their order,
/// hoping to meet enough of its own soon.
constexpr Statement kFindTopOfOwner{
    "find_top_of_owner",
    "WITH own AS MATERIALIZED (SELECT t.code, t.humans, t.bots, t.imported, t.total"
    " FROM links AS l JOIN visit_totals AS t ON t.code = l.code WHERE l.owner = $2 AND l.deleted_at IS NULL)"
    " SELECT code, humans, bots, imported FROM own ORDER BY total DESC, code DESC LIMIT $1"};

constexpr Statement kFindTopOfOwnerDays{
    "find_top_of_owner_days",
    "SELECT d.code, sum(d.humans)::bigint, sum(d.bots)::bigint, 0"
    " FROM links AS l JOIN visit_daily AS d ON d.code = l.code"
    " WHERE l.owner = $2 AND l.deleted_at IS NULL AND d.day >= $3 AND d.day < $4 GROUP BY d.code"
    " ORDER BY sum(d.humans) + sum(d.bots) DESC, d.code DESC LIMIT $1"};

pqxx::result run(Connection& db, const Statement& statement, const Parameters& parameters) {
  return planned_for_parameters(db, [&] { return db.run(statement, parameters); });
}

}  // namespace

result<Series> find_series_of_owner(Connection& db, const KeyId& owner, HourRange range) {
  const Spans days = days_of(range.begin, range.end);
  const Spans hours = hours_of(range.begin, range.end);
  Parameters parameters{text_of(owner)};
  for (const std::int64_t limit : {days.begin, days.end, hours.begin, hours.end}) {
    parameters.emplace_back(text_of(limit));
  }
  Series series;
  for (const auto& row : run(db, kFindSeriesOfOwner, parameters)) add_to_series(series, Row{row});
  return series;
}

result<VisitTotals> sum_visits_of_owner(Connection& db, const KeyId& owner) {
  const pqxx::result rows = run(db, kSumVisitsOfOwner, {text_of(owner)});
  return read_totals_of_all_time(Row{rows[0]}, 0);
}

result<std::vector<TopLink>> find_top_of_owner(Connection& db, const KeyId& owner,
                                               const std::optional<HourRange>& range, std::size_t limit) {
  Parameters parameters{std::to_string(limit), text_of(owner)};
  if (range) {
    const Spans days = days_of(range->begin, range->end);
    parameters.emplace_back(text_of(days.begin));
    parameters.emplace_back(text_of(days.end));
  }
  std::vector<TopLink> top;
  for (const auto& row : run(db, range ? kFindTopOfOwnerDays : kFindTopOfOwner, parameters)) {
    top.push_back({ShortCode::from_valid(row[0].c_str()), read_totals_of_all_time(Row{row}, 1)});
  }
  return top;
}

}  // namespace curt::store::postgres
