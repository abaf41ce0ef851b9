#include "store/postgres/visits/epochs.hpp"

#include <array>
#include <cstdint>

#include "store/clean_text.hpp"
#include "store/postgres/connection/array_text.hpp"
#include "store/postgres/connection/parameters.hpp"
#include "store/postgres/connection/row.hpp"
#include "store/visit_rows.hpp"

namespace curt::store::postgres {
namespace {

/// Of reports that overtake each other the latest one stays. A clock may step back: a report with higher
/// numbers is later.
constexpr Statement kReportEpoch{
    "report_epoch",
    "INSERT INTO visit_epochs AS t (epoch, host, opened_at, seen_at, accepted, dropped, undetailed,"
    " pending_since, closed, told_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9,"
    " floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint)"
    " ON CONFLICT (epoch) DO UPDATE SET host = excluded.host, seen_at = excluded.seen_at,"
    " told_at = excluded.told_at,"
    " accepted = greatest(t.accepted, excluded.accepted), dropped = greatest(t.dropped, excluded.dropped),"
    " undetailed = greatest(t.undetailed, excluded.undetailed),"
    " pending_since = excluded.pending_since, closed = excluded.closed"
    " WHERE NOT t.closed AND (t.seen_at <= excluded.seen_at OR excluded.closed"
    " OR t.accepted < excluded.accepted OR t.dropped < excluded.dropped)"};

/// Each of what an epoch reported, what its process says now and what has come of it can lag behind the
/// others: the highest counts. An epoch that is over (closed or lost, and not the process's own) has told
/// what it took, so that what was given up of it twice over makes that no more. What comes of an epoch that
/// is folded counts for the row of sums, whose epoch is the empty text.
constexpr Statement kSumEpochs{
    "sum_epochs",
    "WITH o AS (SELECT * FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[])"
    " AS n (epoch, accepted, dropped, undetailed)"
    " WHERE NOT EXISTS (SELECT FROM visit_epochs AS e WHERE e.epoch = n.epoch"
    " AND e.folded_at IS NOT NULL)),"
    " e AS (SELECT * FROM visit_epochs WHERE folded_at IS NULL),"
    " r AS (SELECT CASE WHEN f.epoch IS NULL THEN r.epoch ELSE '' END AS epoch,"
    " sum(r.persisted)::bigint AS persisted, sum(r.given_up)::bigint AS given_up FROM visit_rings AS r"
    " LEFT JOIN visit_epochs AS f ON f.epoch = r.epoch AND f.folded_at IS NOT NULL"
    " WHERE NOT r.past GROUP BY 1),"
    " told AS (SELECT coalesce(r.persisted, 0) AS persisted, coalesce(r.given_up, 0) AS given_up,"
    " greatest(e.accepted, o.accepted, 0) AS accepted, greatest(e.dropped, o.dropped, 0) AS dropped,"
    " greatest(e.undetailed, o.undetailed, 0) AS undetailed,"
    " coalesce(o.epoch IS NULL AND NOT e.closed AND e.seen_at < $1, false) AS lost,"
    " coalesce(o.epoch IS NULL AND e.closed, false) AS closed, o.epoch IS NOT NULL AS own, e.pending_since"
    " FROM e FULL JOIN o USING (epoch) FULL JOIN r USING (epoch)),"
    " whole AS (SELECT *, greatest(accepted, persisted + dropped"
    " + CASE WHEN closed OR lost THEN 0 ELSE given_up END) AS answered FROM told)"
    " SELECT " CURT_ACCOUNTING_COLUMNS
    " FROM (SELECT coalesce(sum(answered), 0)::bigint AS accepted,"
    " coalesce(sum(persisted), 0)::bigint AS persisted,"
    " coalesce(sum(CASE WHEN closed OR lost THEN answered - persisted"
    " ELSE dropped + given_up END), 0)::bigint AS dropped,"
    " coalesce(sum(undetailed), 0)::bigint AS undetailed,"
    " count(*) FILTER (WHERE lost) + (SELECT lost_epochs FROM visit_upkeep) AS unaccounted_epochs,"
    " min(pending_since) FILTER (WHERE NOT lost AND NOT closed AND NOT own) AS pending_since"
    " FROM whole) AS sums"};

}  // namespace

result<void> report_epoch(Connection& db, const visits::EpochReport& report) {
  db.run(kReportEpoch,
         {report.epoch.str(), clean_text(report.host), text_of(report.opened_at), text_of(report.seen_at),
          std::to_string(report.accepted), std::to_string(report.dropped), std::to_string(report.undetailed),
          text_of(report.pending_since), text_of(report.closed)});
  return {};
}

result<visits::Accounting> sum_epochs(Connection& db, Timestamp lost_before,
                                      const std::vector<visits::EpochReport>& own) {
  std::array<ArrayText, 4> columns;
  for (const visits::EpochReport& epoch : own) {
    columns[0].add(epoch.epoch.str());
    columns[1].add(static_cast<std::int64_t>(epoch.accepted));
    columns[2].add(static_cast<std::int64_t>(epoch.dropped));
    columns[3].add(static_cast<std::int64_t>(epoch.undetailed));
  }
  Parameters parameters{text_of(lost_before)};
  for (ArrayText& column : columns) parameters.emplace_back(column.take());
  const pqxx::result rows = db.run(kSumEpochs, parameters);
  return read_accounting(Row{rows[0]});
}

}  // namespace curt::store::postgres
