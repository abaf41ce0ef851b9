#include "store/postgres/visits/top.hpp"

#include "store/postgres/connection/parameters.hpp"
#include "store/postgres/connection/row.hpp"
#include "store/postgres/visits/owned.hpp"
#include "store/visit_rows.hpp"

namespace curt::store::postgres {
namespace {

constexpr Statement kFindTop{
    "find_top",
    "SELECT t.code, t.humans, t.bots, t.imported FROM visit_totals AS t JOIN links AS l ON l.code = t.code"
    " WHERE l.deleted_at IS NULL ORDER BY t.total DESC, t.code DESC LIMIT $1"};

// Within a range the visits are summed up from whole periods of 64 days, from whole periods of 8 days
// outside of these, and from the days that are left. A period is taken if its sums are those of
// visit_all_daily now, in the snapshot of this statement: then nothing was added since it was derived. A
// link that was deleted is passed over one by one, as there are few among the most visited.
//
// The planner knows nothing of how many periods and days there will be. Arrays have it look them up in
// indexes whatever it believes; and a scalar subquery asks links for as many rows as are wanted.

constexpr Statement kFindTopOfDays{
    "find_top_of_days",
    "WITH long AS MATERIALIZED (SELECT p.period FROM visit_periods AS p WHERE p.days = 64"
    " AND p.period >= ($2::integer + 63) / 64 AND p.period < $3::integer / 64 AND (p.humans, p.bots) ="
    " (SELECT sum(a.humans)::bigint, sum(a.bots)::bigint FROM visit_all_daily AS a"
    " WHERE a.day >= p.period * 64 AND a.day < (p.period + 1) * 64)),"
    " short AS MATERIALIZED (SELECT p.period FROM visit_periods AS p WHERE p.days = 8"
    " AND p.period >= ($2 + 7) / 8 AND p.period < $3 / 8 AND p.period / 8 NOT IN (SELECT period FROM long)"
    " AND (p.humans, p.bots) ="
    " (SELECT sum(a.humans)::bigint, sum(a.bots)::bigint FROM visit_all_daily AS a"
    " WHERE a.day >= p.period * 8 AND a.day < (p.period + 1) * 8)),"
    " parts AS (SELECT code, humans, bots FROM visit_period_counts WHERE days = 64"
    " AND period = ANY (ARRAY (SELECT period FROM long))"
    " UNION ALL SELECT code, humans, bots FROM visit_period_counts WHERE days = 8"
    " AND period = ANY (ARRAY (SELECT period FROM short))"
    " UNION ALL SELECT code, humans, bots FROM visit_daily WHERE day = ANY (ARRAY (SELECT DISTINCT day"
    " FROM visit_all_daily WHERE day >= $2 AND day < $3 AND day / 64 NOT IN (SELECT period FROM long)"
    " AND day / 8 NOT IN (SELECT period FROM short)))),"
    " sums AS (SELECT code, sum(humans)::bigint AS humans, sum(bots)::bigint AS bots,"
    " (sum(humans) + sum(bots))::bigint AS total FROM parts GROUP BY code ORDER BY total DESC, code DESC)"
    " SELECT code, humans, bots, 0 FROM sums"
    " WHERE (SELECT l.deleted_at IS NULL FROM links AS l WHERE l.code = sums.code)"
    " ORDER BY total DESC, code DESC LIMIT $1"};

}  // namespace

result<std::vector<visits::TopLink>> find_top(Connection& db, const std::optional<visits::HourRange>& range,
                                              std::size_t limit, const std::optional<KeyId>& owner) {
  if (owner) return find_top_of_owner(db, *owner, range, limit);
  Parameters parameters{std::to_string(limit)};
  if (range) {
    const Spans days = days_of(range->begin, range->end);
    parameters.emplace_back(std::to_string(days.begin));
    parameters.emplace_back(std::to_string(days.end));
  }
  std::vector<visits::TopLink> top;
  for (const auto& row : db.run(range ? kFindTopOfDays : kFindTop, parameters)) {
    top.push_back({ShortCode::from_valid(row[0].c_str()), read_totals_of_all_time(Row{row}, 1)});
  }
  return top;
}

}  // namespace curt::store::postgres
