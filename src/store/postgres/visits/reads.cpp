#include "store/postgres/visits/reads.hpp"

#include <chrono>
#include <string>
#include <unordered_map>

#include "store/postgres/connection/array_text.hpp"
#include "store/postgres/connection/parameters.hpp"
#include "store/postgres/connection/row.hpp"
#include "store/postgres/visits/details.hpp"
#include "store/postgres/visits/owned.hpp"
#include "store/visit_rows.hpp"

namespace curt::store::postgres {
namespace {

using visits::BreakdownRow;
using visits::HourRange;
using visits::Series;
using visits::VisitTotals;

constexpr Statement kFindTotals{
    "find_totals", "SELECT code, humans, bots, imported FROM visit_totals WHERE code = ANY ($1::text[])"};

// One statement, so that days and hours are of one moment. The first row is the boundary.

constexpr Statement kFindSeries{
    "find_series",
    "SELECT 0 AS part, hourly_from AS span, 0::bigint AS humans, 0::bigint AS bots FROM visit_upkeep"
    " UNION ALL SELECT 1, day, humans, bots FROM visit_daily WHERE code = $1 AND day >= $2 AND day < $3"
    " AND day < (SELECT hourly_from / 24 FROM visit_upkeep)"
    " UNION ALL SELECT 2, hour, humans, bots FROM visit_hourly WHERE code = $1 AND hour >= $4 AND hour < $5"
    " AND hour >= (SELECT hourly_from FROM visit_upkeep) ORDER BY part, span"};

constexpr Statement kFindSeriesOfAll{
    "find_series_of_all",
    "SELECT 0 AS part, hourly_from AS span, 0::bigint AS humans, 0::bigint AS bots FROM visit_upkeep"
    " UNION ALL SELECT 1, day, sum(humans)::bigint, sum(bots)::bigint FROM visit_all_daily"
    " WHERE day >= $1 AND day < $2 AND day < (SELECT hourly_from / 24 FROM visit_upkeep) GROUP BY day"
    " UNION ALL SELECT 2, hour, sum(humans)::bigint, sum(bots)::bigint FROM visit_all_hourly"
    " WHERE hour >= $3 AND hour < $4 AND hour >= (SELECT hourly_from FROM visit_upkeep) GROUP BY hour"
    " ORDER BY part, span"};

constexpr Statement kSumAllVisits{
    "sum_all_visits",
    "SELECT d.humans + coalesce(i.humans, 0), d.bots + coalesce(i.bots, 0), coalesce(i.humans + i.bots, 0)"
    " FROM (SELECT coalesce(sum(humans), 0)::bigint AS humans, coalesce(sum(bots), 0)::bigint AS bots"
    " FROM visit_all_daily) AS d LEFT JOIN visit_imports AS i ON true"};

/// Of visits that an older curt has written the expression finds the host: scheme://user@host.:port/path.
constexpr Statement kFindReferrers{
    "find_referrers",
    "SELECT host, count(*) FILTER (WHERE NOT bot), count(*) FILTER (WHERE bot) FROM (SELECT bot,"
    " coalesce(referrer_host, substring(lower(referrer) FROM '^[a-z][a-z0-9+.-]*://(?:[^/?#]*@)?"
    "((?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)(?:\\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*|\\[[0-9a-f:.]+\\])"
    "\\.?(?::[0-9]{0,5})?(?:[/?#]|$)'), '') AS host FROM visits"
    " WHERE code = $1 AND at >= $2 AND at < $3) AS v"
    " GROUP BY host ORDER BY count(*) DESC, host LIMIT $4"};

/// The start of an hour that a column holds.
std::string time_of_hour(std::int64_t hour) { return text_of(Timestamp{std::chrono::hours{hour}}); }

}  // namespace

result<std::vector<VisitTotals>> find_visit_totals(Connection& db, const std::vector<ShortCode>& codes) {
  ArrayText wanted;
  for (const ShortCode& code : codes) wanted.add(code.view());
  std::unordered_map<ShortCode, VisitTotals> found;
  for (const auto& row : db.run(kFindTotals, {wanted.take()})) {
    found.emplace(ShortCode::from_valid(row[0].c_str()), read_totals_of_all_time(Row{row}, 1));
  }
  std::vector<VisitTotals> totals;
  totals.reserve(codes.size());
  for (const ShortCode& code : codes) totals.push_back(found[code]);
  return totals;
}

result<Series> find_series(Connection& db, const visits::VisitsOf& links, HourRange range) {
  const bool of_all = !links.code;
  if (of_all && links.owner) return find_series_of_owner(db, *links.owner, range);
  const Spans days = days_of(range.begin, range.end);
  const Spans hours = hours_of(range.begin, range.end);
  Parameters parameters;
  if (!of_all) parameters.emplace_back(text_of(*links.code));
  for (const std::int64_t limit : {days.begin, days.end, hours.begin, hours.end}) {
    parameters.emplace_back(std::to_string(limit));
  }
  Series series;
  for (const auto& row : db.run(of_all ? kFindSeriesOfAll : kFindSeries, parameters)) {
    add_to_series(series, Row{row});
  }
  return series;
}

result<VisitTotals> sum_all_visits(Connection& db, const std::optional<KeyId>& owner) {
  if (owner) return sum_visits_of_owner(db, *owner);
  const pqxx::result rows = db.run(kSumAllVisits);
  return read_totals_of_all_time(Row{rows[0]}, 0);
}

result<std::vector<BreakdownRow>> find_referrers(Connection& db, const ShortCode& code, HourRange range,
                                                 std::size_t limit) {
  const Spans hours = hours_of(range.begin, range.end);
  const pqxx::result rows = db.run(kFindReferrers, {text_of(code), time_of_hour(hours.begin),
                                                    time_of_hour(hours.end), std::to_string(limit)});
  // An empty list would say that no visit had a referrer.
  if (rows.empty() && find_partitions(db).empty()) {
    return invalid_field("group_by", "needs visits one by one, of which this database keeps none");
  }
  std::vector<BreakdownRow> hosts;
  for (const auto& row : rows) hosts.push_back({row[0].c_str(), read_totals(Row{row}, 1)});
  return hosts;
}

}  // namespace curt::store::postgres
