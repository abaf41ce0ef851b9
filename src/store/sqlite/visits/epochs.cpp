#include "store/sqlite/visits/epochs.hpp"

#include "store/clean_text.hpp"
#include "store/visit_rows.hpp"

namespace curt::store::sqlite {
namespace {

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

/// An epoch's report can lag behind the database, so `accepted` is at least
/// what was persisted or given up. What an ended epoch accepted and never delivered is missing, not in
/// flight.
constexpr Statement kSumEpochs{
    "sum_epochs",
    "WITH r AS (SELECT epoch, sum(persisted) AS persisted, sum(given_up) AS given_up FROM visit_rings"
    " GROUP BY epoch), e AS (SELECT *, closed = 0 AND seen_at < ?1 AS lost,"
    " closed = 1 OR seen_at < ?1 AS over FROM visit_epochs)"
    " SELECT " CURT_ACCOUNTING_COLUMNS
    " FROM (SELECT"
    " coalesce(sum(max(e.accepted, coalesce(r.persisted, 0) + coalesce(r.given_up, 0))), 0) AS accepted,"
    " (SELECT coalesce(sum(persisted), 0) FROM r) AS persisted,"
    " coalesce(sum(e.dropped), 0) + (SELECT coalesce(sum(given_up), 0) FROM r) AS dropped,"
    " coalesce(sum(e.undetailed), 0) AS undetailed, count(*) FILTER (WHERE e.lost) AS unaccounted_epochs,"
    " coalesce(sum(max(e.accepted - coalesce(r.persisted, 0) - coalesce(r.given_up, 0), 0))"
    " FILTER (WHERE e.over), 0) AS missing,"
    " min(e.pending_since) FILTER (WHERE NOT e.lost AND e.closed = 0) AS pending_since,"
    " (SELECT coalesce(sum(given_up), 0) FROM r) AS given_up"
    " FROM e LEFT JOIN r ON r.epoch = e.epoch)"};

}  // namespace

result<void> report_epoch(Connection& db, const visits::EpochReport& report) {
  db.run(kReportEpoch)
      .bind(report.epoch.str(), clean_text(report.host), report.opened_at, report.seen_at, report.accepted,
            report.dropped, report.undetailed, report.pending_since, report.closed)
      .finish();
  return {};
}

result<visits::Accounting> sum_epochs(Connection& db, Timestamp lost_before) {
  Execution row = db.run(kSumEpochs);
  row.bind(lost_before).step();
  return read_accounting(row);
}

}  // namespace curt::store::sqlite
