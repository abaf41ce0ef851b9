#include "store/postgres/visits/epochs.hpp"

#include "store/clean_text.hpp"
#include "store/postgres/pool/parameters.hpp"
#include "store/postgres/pool/row.hpp"
#include "store/visit_rows.hpp"

namespace curt::store::postgres {
namespace {

/// Of reports that overtake each other the latest one stays. A clock may step back: a report with higher
/// numbers is later.
constexpr Statement kReportEpoch{
    "report_epoch",
    "INSERT INTO visit_epochs AS t (epoch, host, opened_at, seen_at, accepted, dropped, undetailed,"
    " pending_since, closed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
    " ON CONFLICT (epoch) DO UPDATE SET host = excluded.host, seen_at = excluded.seen_at,"
    " accepted = greatest(t.accepted, excluded.accepted), dropped = greatest(t.dropped, excluded.dropped),"
    " undetailed = greatest(t.undetailed, excluded.undetailed),"
    " pending_since = excluded.pending_since, closed = excluded.closed"
    " WHERE NOT t.closed AND (t.seen_at <= excluded.seen_at OR excluded.closed"
    " OR t.accepted < excluded.accepted OR t.dropped < excluded.dropped)"};

/// An epoch's report can lag behind the database, so `accepted` is at least
/// what was persisted or given up. What an ended epoch accepted and never delivered is missing, not in
/// flight.
constexpr Statement kSumEpochs{
    "sum_epochs",
    "WITH r AS (SELECT epoch, sum(persisted)::bigint AS persisted, sum(given_up)::bigint AS given_up"
    " FROM visit_rings GROUP BY epoch),"
    " e AS (SELECT *, NOT closed AND seen_at < $1 AS lost, closed OR seen_at < $1 AS over FROM visit_epochs)"
    " SELECT " CURT_ACCOUNTING_COLUMNS
    " FROM (SELECT coalesce(sum(greatest(e.accepted, coalesce(r.persisted, 0) + coalesce(r.given_up, 0))), "
    "0)::bigint AS accepted,"
    " (SELECT coalesce(sum(persisted), 0)::bigint FROM r) AS persisted,"
    " coalesce(sum(e.dropped), 0)::bigint + (SELECT coalesce(sum(given_up), 0)::bigint FROM r) AS dropped,"
    " coalesce(sum(e.undetailed), 0)::bigint AS undetailed,"
    " count(*) FILTER (WHERE e.lost) AS unaccounted_epochs,"
    " coalesce(sum(greatest(e.accepted - coalesce(r.persisted, 0) - coalesce(r.given_up, 0), 0))"
    " FILTER (WHERE e.over), 0)::bigint AS missing,"
    " min(e.pending_since) FILTER (WHERE NOT e.lost AND NOT e.closed) AS pending_since,"
    " (SELECT coalesce(sum(given_up), 0)::bigint FROM r) AS given_up"
    " FROM e LEFT JOIN r USING (epoch)) AS sums"};

}  // namespace

result<void> report_epoch(Connection& db, const visits::EpochReport& report) {
  db.run(kReportEpoch,
         {report.epoch.str(), clean_text(report.host), text_of(report.opened_at), text_of(report.seen_at),
          std::to_string(report.accepted), std::to_string(report.dropped), std::to_string(report.undetailed),
          text_of(report.pending_since), text_of(report.closed)});
  return {};
}

result<visits::Accounting> sum_epochs(Connection& db, Timestamp lost_before) {
  const pqxx::result rows = db.run(kSumEpochs, {text_of(lost_before)});
  return read_accounting(Row{rows[0]});
}

}  // namespace curt::store::postgres
