#include "store/sqlite/visits/top.hpp"

#include "store/sqlite/visits/owned.hpp"
#include "store/visit_rows.hpp"

namespace curt::store::sqlite {
namespace {

/// CROSS JOIN goes through the totals in their order, and stops when there are enough.
constexpr Statement kFindTop{"find_top",
                             "SELECT t.code, t.humans, t.bots, t.imported FROM visit_totals AS t CROSS JOIN "
                             "links AS l ON l.code = t.code"
                             " WHERE l.deleted_at IS NULL ORDER BY t.total DESC, t.code DESC LIMIT ?1"};

// Within a range the visits are summed up from whole periods of 64 days, from whole periods of 8 days
// outside of these, and from the days that are left. A period is taken if its sums are those of
// visit_all_daily now, in the snapshot of this statement: then nothing was added since it was derived.

constexpr Statement kFindTopOfDays{
    "find_top_of_days",
    "WITH long AS MATERIALIZED (SELECT p.period FROM visit_periods AS p WHERE p.days = 64"
    " AND p.period >= (?2 + 63) / 64 AND p.period < ?3 / 64 AND (p.humans, p.bots) ="
    " (SELECT sum(a.humans), sum(a.bots) FROM visit_all_daily AS a"
    " WHERE a.day >= p.period * 64 AND a.day < (p.period + 1) * 64)),"
    " short AS MATERIALIZED (SELECT p.period FROM visit_periods AS p WHERE p.days = 8"
    " AND p.period >= (?2 + 7) / 8 AND p.period < ?3 / 8 AND p.period / 8 NOT IN (SELECT period FROM long)"
    " AND (p.humans, p.bots) ="
    " (SELECT sum(a.humans), sum(a.bots) FROM visit_all_daily AS a"
    " WHERE a.day >= p.period * 8 AND a.day < (p.period + 1) * 8)),"
    " parts AS (SELECT code, humans, bots FROM visit_period_counts WHERE days = 64"
    " AND period IN (SELECT period FROM long)"
    " UNION ALL SELECT code, humans, bots FROM visit_period_counts WHERE days = 8"
    " AND period IN (SELECT period FROM short)"
    " UNION ALL SELECT code, humans, bots FROM visit_daily WHERE day IN (SELECT day"
    " FROM visit_all_daily WHERE day >= ?2 AND day < ?3 AND day / 64 NOT IN (SELECT period FROM long)"
    " AND day / 8 NOT IN (SELECT period FROM short)))"
    " SELECT code, sum(humans), sum(bots), 0 FROM parts GROUP BY code"
    " HAVING (SELECT l.deleted_at IS NULL FROM links AS l WHERE l.code = parts.code)"
    " ORDER BY sum(humans) + sum(bots) DESC, code DESC LIMIT ?1"};

}  // namespace

result<std::vector<visits::TopLink>> find_top(Connection& db, const std::optional<visits::HourRange>& range,
                                              std::size_t limit, const std::optional<KeyId>& owner) {
  if (owner) return find_top_of_owner(db, *owner, range, limit);
  Execution row = db.run(range ? kFindTopOfDays : kFindTop);
  row.bind(std::uint64_t{limit});
  if (range) {
    const Spans days = days_of(range->begin, range->end);
    row.bind_one(2, days.begin);
    row.bind_one(3, days.end);
  }
  std::vector<visits::TopLink> top;
  while (row.step()) top.push_back({ShortCode::from_valid(row.text(0)), read_totals_of_all_time(row, 1)});
  return top;
}

}  // namespace curt::store::sqlite
