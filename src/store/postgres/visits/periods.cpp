#include "store/postgres/visits/periods.hpp"

#include <chrono>
#include <string>

#include "store/postgres/connection/in_transaction.hpp"
#include "store/postgres/connection/parameters.hpp"
#include "store/postgres/connection/row.hpp"
#include "store/postgres/visits/upkeep.hpp"

namespace curt::store::postgres {
namespace {

constexpr Statement kFindDuePeriods{
    "find_due_periods",
    "SELECT a.period FROM (SELECT day / $1::integer AS period, sum(humans)::bigint AS humans,"
    " sum(bots)::bigint AS bots FROM visit_all_daily WHERE day < $2::integer / $1 * $1 GROUP BY 1) AS a"
    " LEFT JOIN visit_periods AS p ON p.days = $1 AND p.period = a.period"
    " WHERE (p.humans, p.bots) IS DISTINCT FROM (a.humans, a.bots) ORDER BY a.period DESC"};

constexpr Statement kForgetPeriod{"forget_period",
                                  "DELETE FROM visit_period_counts WHERE days = $1 AND period = $2"};

// Each is one statement, so that the sums are of the moment that the counts are of. Should days have been
// added to meanwhile, the sums differ from then on.

constexpr Statement kRollUpDays{
    "roll_up_days",
    "WITH counts AS (INSERT INTO visit_period_counts (days, period, code, humans, bots)"
    " SELECT $1::integer, $2::integer, code, sum(humans)::bigint, sum(bots)::bigint FROM visit_daily"
    " WHERE day >= $2 * $1 AND day < ($2 + 1) * $1 GROUP BY code ORDER BY code)"
    " INSERT INTO visit_periods AS p (days, period, humans, bots)"
    " SELECT $1, $2, coalesce(sum(humans), 0)::bigint, coalesce(sum(bots), 0)::bigint FROM visit_all_daily"
    " WHERE day >= $2 * $1 AND day < ($2 + 1) * $1"
    " ON CONFLICT (days, period) DO UPDATE SET humans = excluded.humans, bots = excluded.bots"};

/// The sums are those of the shorter periods. If one of these is not what it should be, this one is not.
constexpr Statement kRollUpPeriods{
    "roll_up_periods",
    "WITH counts AS (INSERT INTO visit_period_counts (days, period, code, humans, bots)"
    " SELECT $1::integer, $2::integer, code, sum(humans)::bigint, sum(bots)::bigint FROM visit_period_counts"
    " WHERE days = $1 / 8 AND period >= $2 * 8 AND period < $2 * 8 + 8 GROUP BY code ORDER BY code)"
    " INSERT INTO visit_periods AS p (days, period, humans, bots)"
    " SELECT $1, $2, coalesce(sum(humans), 0)::bigint, coalesce(sum(bots), 0)::bigint FROM visit_periods"
    " WHERE days = $1 / 8 AND period >= $2 * 8 AND period < $2 * 8 + 8"
    " ON CONFLICT (days, period) DO UPDATE SET humans = excluded.humans, bots = excluded.bots"};

}  // namespace

result<std::vector<VisitPeriod>> find_due_periods(Connection& db, std::int64_t days, Timestamp now) {
  const std::int64_t today = std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
  std::vector<VisitPeriod> periods;
  for (const auto& row : db.run(kFindDuePeriods, {text_of(days), text_of(today)})) {
    periods.push_back({days, Row{row}.integer(0)});
  }
  return periods;
}

result<bool> roll_up(Connection& db, VisitPeriod period) {
  return in_transaction<bool>(db, [&]() -> result<bool> {
    if (!has_upkeep_turn(db)) return false;
    const Parameters parameters{text_of(period.days), text_of(period.number)};
    db.run(kForgetPeriod, parameters);
    db.run(period.is_shortest() ? kRollUpDays : kRollUpPeriods, parameters);
    return true;
  });
}

}  // namespace curt::store::postgres
