#include "store/sqlite/visits/epochs.hpp"

#include <nlohmann/json.hpp>

#include "store/clean_text.hpp"
#include "store/visit_rows.hpp"

namespace curt::store::sqlite {
namespace {

/// Of reports that overtake each other the latest one stays. A clock may step back: a report with higher
/// numbers is later.
constexpr Statement kReportEpoch{
    "report_epoch",
    "INSERT INTO visit_epochs (epoch, host, opened_at, seen_at, accepted, dropped, undetailed,"
    " pending_since, closed, told_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9,"
    " CAST(strftime('%s', 'now') AS INTEGER) * 1000)"
    " ON CONFLICT (epoch) DO UPDATE SET host = excluded.host, seen_at = excluded.seen_at,"
    " told_at = excluded.told_at,"
    " accepted = max(accepted, excluded.accepted), dropped = max(dropped, excluded.dropped),"
    " undetailed = max(undetailed, excluded.undetailed),"
    " pending_since = excluded.pending_since, closed = excluded.closed"
    " WHERE closed = 0 AND (seen_at <= excluded.seen_at OR excluded.closed = 1"
    " OR accepted < excluded.accepted OR dropped < excluded.dropped)"};

/// Each of what an epoch reported, what its process says now and what has come of it can lag behind the
/// others: the highest counts. An epoch that is over (closed or lost, and not the process's own) has told
/// what it took, so that what was given up of it twice over makes that no more. What comes of an epoch that
/// is folded counts for the row of sums, whose epoch is the empty text.
constexpr Statement kSumEpochs{
    "sum_epochs",
    "WITH o AS (SELECT value ->> 0 AS epoch, value ->> 1 AS accepted, value ->> 2 AS dropped,"
    " value ->> 3 AS undetailed FROM json_each(?2)"
    " WHERE NOT EXISTS (SELECT 1 FROM visit_epochs AS e WHERE e.epoch = value ->> 0"
    " AND e.folded_at IS NOT NULL)),"
    " e AS (SELECT * FROM visit_epochs WHERE folded_at IS NULL),"
    " r AS (SELECT CASE WHEN f.epoch IS NULL THEN r.epoch ELSE '' END AS epoch,"
    " sum(r.persisted) AS persisted, sum(r.given_up) AS given_up FROM visit_rings AS r"
    " LEFT JOIN visit_epochs AS f ON f.epoch = r.epoch AND f.folded_at IS NOT NULL"
    " WHERE r.past = 0 GROUP BY 1),"
    " told AS (SELECT coalesce(r.persisted, 0) AS persisted, coalesce(r.given_up, 0) AS given_up,"
    " max(coalesce(e.accepted, 0), coalesce(o.accepted, 0)) AS accepted,"
    " max(coalesce(e.dropped, 0), coalesce(o.dropped, 0)) AS dropped,"
    " max(coalesce(e.undetailed, 0), coalesce(o.undetailed, 0)) AS undetailed,"
    " coalesce(o.epoch IS NULL AND e.closed = 0 AND e.seen_at < ?1, 0) AS lost,"
    " coalesce(o.epoch IS NULL AND e.closed = 1, 0) AS closed, o.epoch IS NOT NULL AS own, e.pending_since"
    " FROM e FULL JOIN o ON o.epoch = e.epoch FULL JOIN r ON r.epoch = coalesce(e.epoch, o.epoch)),"
    " whole AS (SELECT *, max(accepted, persisted + dropped"
    " + CASE WHEN closed OR lost THEN 0 ELSE given_up END) AS answered FROM told)"
    " SELECT " CURT_ACCOUNTING_COLUMNS
    " FROM (SELECT coalesce(sum(answered), 0) AS accepted,"
    " coalesce(sum(persisted), 0) AS persisted,"
    " coalesce(sum(CASE WHEN closed OR lost THEN answered - persisted"
    " ELSE dropped + given_up END), 0) AS dropped,"
    " coalesce(sum(undetailed), 0) AS undetailed, count(*) FILTER (WHERE lost) + (SELECT lost_epochs FROM "
    "visit_upkeep) AS unaccounted_epochs,"
    " min(pending_since) FILTER (WHERE NOT lost AND NOT closed AND NOT own) AS pending_since FROM whole)"};

}  // namespace

result<void> report_epoch(Connection& db, const visits::EpochReport& report) {
  db.run(kReportEpoch)
      .bind(report.epoch.str(), clean_text(report.host), report.opened_at, report.seen_at, report.accepted,
            report.dropped, report.undetailed, report.pending_since, report.closed)
      .finish();
  return {};
}

result<visits::Accounting> sum_epochs(Connection& db, Timestamp lost_before,
                                      const std::vector<visits::EpochReport>& own) {
  nlohmann::json rows = nlohmann::json::array();
  for (const visits::EpochReport& epoch : own) {
    rows.push_back({epoch.epoch.str(), epoch.accepted, epoch.dropped, epoch.undetailed});
  }
  Execution row = db.run(kSumEpochs);
  row.bind(lost_before, rows.dump()).step();
  return read_accounting(row);
}

}  // namespace curt::store::sqlite
