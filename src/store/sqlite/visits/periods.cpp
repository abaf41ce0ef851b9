#include "store/sqlite/visits/periods.hpp"

#include <chrono>
#include <utility>

namespace curt::store::sqlite {
namespace {

constexpr Statement kFindDuePeriods{
    "find_due_periods",
    "SELECT a.period FROM (SELECT day / ?1 AS period, sum(humans) AS humans, sum(bots) AS bots"
    " FROM visit_all_daily WHERE day < ?2 / ?1 * ?1 GROUP BY day / ?1) AS a"
    " LEFT JOIN visit_periods AS p ON p.days = ?1 AND p.period = a.period"
    " WHERE p.humans IS NOT a.humans OR p.bots IS NOT a.bots ORDER BY a.period DESC"};

constexpr Statement kForgetPeriod{"forget_period",
                                  "DELETE FROM visit_period_counts WHERE days = ?1 AND period = ?2"};

constexpr Statement kRollUpDays{
    "roll_up_days",
    "INSERT INTO visit_period_counts (days, period, code, humans, bots)"
    " SELECT ?1, ?2, code, sum(humans), sum(bots) FROM visit_daily WHERE day >= ?2 * ?1"
    " AND day < (?2 + 1) * ?1 GROUP BY code"};

constexpr Statement kSumDays{
    "sum_days",
    "INSERT OR REPLACE INTO visit_periods (days, period, humans, bots)"
    " SELECT ?1, ?2, coalesce(sum(humans), 0), coalesce(sum(bots), 0) FROM visit_all_daily"
    " WHERE day >= ?2 * ?1 AND day < (?2 + 1) * ?1"};

constexpr Statement kRollUpPeriods{
    "roll_up_periods",
    "INSERT INTO visit_period_counts (days, period, code, humans, bots)"
    " SELECT ?1, ?2, code, sum(humans), sum(bots) FROM visit_period_counts WHERE days = ?1 / 8"
    " AND period >= ?2 * 8 AND period < ?2 * 8 + 8 GROUP BY code"};

/// The sums are those of the shorter periods. If one of these is not what it should be, this one is not.
constexpr Statement kSumPeriods{
    "sum_periods",
    "INSERT OR REPLACE INTO visit_periods (days, period, humans, bots)"
    " SELECT ?1, ?2, coalesce(sum(humans), 0), coalesce(sum(bots), 0) FROM visit_periods WHERE days = ?1 / 8"
    " AND period >= ?2 * 8 AND period < ?2 * 8 + 8"};

}  // namespace

result<std::vector<VisitPeriod>> find_due_periods(Connection& db, std::int64_t days, Timestamp now) {
  const std::int64_t today = std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
  std::vector<VisitPeriod> periods;
  Execution row = db.run(kFindDuePeriods);
  row.bind(days, today);
  while (row.step()) periods.push_back({days, row.integer(0)});
  return periods;
}

result<bool> roll_up(Connection& db, VisitPeriod period) {
  const auto [counts, sums] =
      period.is_shortest() ? std::pair{kRollUpDays, kSumDays} : std::pair{kRollUpPeriods, kSumPeriods};
  for (const Statement& statement : {kForgetPeriod, counts, sums}) {
    db.run(statement).bind(period.days, period.number).finish();
  }
  return true;
}

}  // namespace curt::store::sqlite
