#include "store/postgres/pool/visit_statements.hpp"

#include <array>

namespace curt::store::postgres {
namespace {

struct Row {
  std::string_view name;
  const char* sql;
};

// Arrays come in the order of the rows' keys, and unnest keeps it, so that two of these never wait for each
// other in a circle. Connections are spread over the shards by their number.
constexpr std::array<Row, kVisitStatementCount> kStatements{{
    // Whoever drops a partition waits until the end of the transaction.
    {"lock_visits", "LOCK TABLE visits IN ROW EXCLUSIVE MODE"},
    // Arbitrary, but all versions of curt must share it; statements.cpp has the others.
    {"lock_visit_upkeep", "SELECT pg_try_advisory_xact_lock(1668641399, 1)"},
    {"change_visit_partitions", ""},
    {"insert_batches",
     "INSERT INTO visit_batches (epoch, ring, first, count)"
     " SELECT n.epoch, n.ring, n.first, n.count"
     " FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[]) AS n (epoch, ring, first, count)"
     " ON CONFLICT DO NOTHING RETURNING epoch, ring, first"},
    {"forget_replays",
     "DELETE FROM visit_batches AS b USING visit_rings AS r, unnest($1::text[], $2::integer[], $3::bigint[])"
     " AS n (epoch, ring, first) WHERE b.epoch = n.epoch AND b.ring = n.ring AND b.first = n.first"
     " AND r.epoch = n.epoch AND r.ring = n.ring AND n.first < r.confirmed"
     " RETURNING b.epoch, b.ring, b.first"},
    {"find_partitions",
     "SELECT c.relname FROM pg_inherits AS i JOIN pg_class AS c ON c.oid = i.inhrelid"
     " WHERE i.inhparent = 'visits'::regclass ORDER BY c.relname"},
    {"copy_visits", ""},
    {"add_totals",
     "INSERT INTO visit_totals AS t (code, humans, bots)"
     " SELECT n.code, n.humans, n.bots FROM unnest($1::text[], $2::bigint[], $3::bigint[])"
     " AS n (code, humans, bots)"
     " ON CONFLICT (code) DO UPDATE SET humans = t.humans + excluded.humans, bots = t.bots + excluded.bots"},
    {"add_hourly",
     "INSERT INTO visit_hourly AS t (code, hour, humans, bots)"
     " SELECT n.code, n.hour, n.humans, n.bots"
     " FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[]) AS n (code, hour, humans, bots)"
     " ON CONFLICT (code, hour) DO UPDATE SET humans = t.humans + excluded.humans,"
     " bots = t.bots + excluded.bots"},
    {"add_daily",
     "INSERT INTO visit_daily AS t (code, day, humans, bots)"
     " SELECT n.code, n.day, n.humans, n.bots"
     " FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[]) AS n (code, day, humans, bots)"
     " ON CONFLICT (code, day) DO UPDATE SET humans = t.humans + excluded.humans,"
     " bots = t.bots + excluded.bots"},
    {"add_all_hourly",
     "INSERT INTO visit_all_hourly AS t (hour, shard, humans, bots)"
     " SELECT n.hour, pg_backend_pid() % 8, n.humans, n.bots"
     " FROM unnest($1::integer[], $2::bigint[], $3::bigint[]) AS n (hour, humans, bots)"
     " ON CONFLICT (hour, shard) DO UPDATE SET humans = t.humans + excluded.humans,"
     " bots = t.bots + excluded.bots"},
    {"add_all_daily",
     "INSERT INTO visit_all_daily AS t (day, shard, humans, bots)"
     " SELECT n.day, pg_backend_pid() % 8, n.humans, n.bots"
     " FROM unnest($1::integer[], $2::bigint[], $3::bigint[]) AS n (day, humans, bots)"
     " ON CONFLICT (day, shard) DO UPDATE SET humans = t.humans + excluded.humans,"
     " bots = t.bots + excluded.bots"},
    {"add_to_rings",
     "INSERT INTO visit_rings AS t (epoch, ring, persisted)"
     " SELECT n.epoch, n.ring, n.visits FROM unnest($1::text[], $2::integer[], $3::bigint[])"
     " AS n (epoch, ring, visits)"
     " ON CONFLICT (epoch, ring) DO UPDATE SET persisted = t.persisted + excluded.persisted"},
    {"give_batch_up",
     "INSERT INTO visit_batches (epoch, ring, first, count, reason) VALUES ($1, $2, $3, $4, $5)"
     " ON CONFLICT DO NOTHING RETURNING first"},
    {"add_given_up",
     "INSERT INTO visit_rings AS t (epoch, ring, given_up) VALUES ($1, $2, $3)"
     " ON CONFLICT (epoch, ring) DO UPDATE SET given_up = t.given_up + excluded.given_up"},
    {"find_settled",
     "SELECT n.position FROM unnest($1::text[], $2::integer[], $3::bigint[]) WITH ORDINALITY"
     " AS n (epoch, ring, first, position)"
     " WHERE EXISTS (SELECT FROM visit_batches AS b WHERE b.epoch = n.epoch AND b.ring = n.ring"
     " AND b.first = n.first) OR EXISTS (SELECT FROM visit_rings AS r WHERE r.epoch = n.epoch"
     " AND r.ring = n.ring AND n.first < r.confirmed)"},
    {"confirm_batches",
     "INSERT INTO visit_rings AS t (epoch, ring, confirmed) VALUES ($1, $2, $3)"
     " ON CONFLICT (epoch, ring) DO UPDATE SET confirmed = greatest(t.confirmed, excluded.confirmed)"},
    {"forget_confirmed", "DELETE FROM visit_batches WHERE epoch = $1 AND ring = $2 AND first < $3"},
    // Of reports that overtake each other the latest one stays. A clock may step back: what tells of more is
    // later.
    {"report_epoch",
     "INSERT INTO visit_epochs AS t (epoch, host, opened_at, seen_at, accepted, dropped, undetailed,"
     " pending_since, closed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)"
     " ON CONFLICT (epoch) DO UPDATE SET host = excluded.host, seen_at = excluded.seen_at,"
     " accepted = greatest(t.accepted, excluded.accepted), dropped = greatest(t.dropped, excluded.dropped),"
     " undetailed = greatest(t.undetailed, excluded.undetailed),"
     " pending_since = excluded.pending_since, closed = excluded.closed"
     " WHERE NOT t.closed AND (t.seen_at <= excluded.seen_at OR excluded.closed"
     " OR t.accepted < excluded.accepted OR t.dropped < excluded.dropped)"},
    {"sum_epochs",
     "WITH r AS (SELECT epoch, sum(persisted)::bigint AS persisted, sum(given_up)::bigint AS given_up"
     " FROM visit_rings GROUP BY epoch),"
     " e AS (SELECT *, NOT closed AND seen_at < $1 AS lost, closed OR seen_at < $1 AS over FROM visit_epochs)"
     // One may not have told yet of all that was counted, and what one that is over did not count is on no
     // way.
     " SELECT coalesce(sum(greatest(e.accepted, coalesce(r.persisted, 0) + coalesce(r.given_up, 0))), "
     "0)::bigint,"
     " (SELECT coalesce(sum(persisted), 0)::bigint FROM r),"
     " coalesce(sum(e.dropped), 0)::bigint + (SELECT coalesce(sum(given_up), 0)::bigint FROM r),"
     " coalesce(sum(e.undetailed), 0)::bigint,"
     " count(*) FILTER (WHERE e.lost),"
     " coalesce(sum(greatest(e.accepted - coalesce(r.persisted, 0) - coalesce(r.given_up, 0), 0))"
     " FILTER (WHERE e.over), 0)::bigint,"
     " min(e.pending_since) FILTER (WHERE NOT e.lost AND NOT e.closed),"
     " (SELECT coalesce(sum(given_up), 0)::bigint FROM r)"
     " FROM e LEFT JOIN r USING (epoch)"},
    {"find_totals", "SELECT code, humans, bots FROM visit_totals WHERE code = ANY ($1::text[])"},
    // One statement, so that days and hours are of one moment. The first row is the boundary.
    {"find_series",
     "SELECT 0 AS part, hourly_from AS span, 0::bigint AS humans, 0::bigint AS bots FROM visit_upkeep"
     " UNION ALL SELECT 1, day, humans, bots FROM visit_daily WHERE code = $1 AND day >= $2 AND day < $3"
     " AND day < (SELECT hourly_from / 24 FROM visit_upkeep)"
     " UNION ALL SELECT 2, hour, humans, bots FROM visit_hourly WHERE code = $1 AND hour >= $4 AND hour < $5"
     " AND hour >= (SELECT hourly_from FROM visit_upkeep) ORDER BY part, span"},
    {"find_series_of_all",
     "SELECT 0 AS part, hourly_from AS span, 0::bigint AS humans, 0::bigint AS bots FROM visit_upkeep"
     " UNION ALL SELECT 1, day, sum(humans)::bigint, sum(bots)::bigint FROM visit_all_daily"
     " WHERE day >= $1 AND day < $2 AND day < (SELECT hourly_from / 24 FROM visit_upkeep) GROUP BY day"
     " UNION ALL SELECT 2, hour, sum(humans)::bigint, sum(bots)::bigint FROM visit_all_hourly"
     " WHERE hour >= $3 AND hour < $4 AND hour >= (SELECT hourly_from FROM visit_upkeep) GROUP BY hour"
     " ORDER BY part, span"},
    {"sum_all_visits",
     "SELECT coalesce(sum(humans), 0)::bigint, coalesce(sum(bots), 0)::bigint FROM visit_all_daily"},
    {"find_top",
     "SELECT t.code, t.humans, t.bots FROM visit_totals AS t JOIN links AS l ON l.code = t.code"
     " WHERE l.deleted_at IS NULL ORDER BY t.total DESC, t.code DESC LIMIT $1"},
    {"find_top_of_days",
     "SELECT t.code, t.humans, t.bots FROM (SELECT code, sum(humans)::bigint AS humans,"
     " sum(bots)::bigint AS bots FROM visit_daily WHERE day >= $2 AND day < $3 GROUP BY code) AS t"
     " JOIN links AS l ON l.code = t.code WHERE l.deleted_at IS NULL"
     " ORDER BY t.humans + t.bots DESC, t.code DESC LIMIT $1"},
    // The host of scheme://user@host:port/path, in lower case.
    {"find_referrers",
     "SELECT coalesce(lower(substring(referrer FROM"
     " '^[A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@]*@)?(\\[[^\\]]*\\]|[^/?#:]*)')), '') AS host,"
     " count(*) FILTER (WHERE NOT bot), count(*) FILTER (WHERE bot) FROM visits"
     " WHERE code = $1 AND at >= $2 AND at < $3 GROUP BY host ORDER BY count(*) DESC, host LIMIT $4"},
    {"read_clock", "SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint"},
    {"begin_hourly_from", "UPDATE visit_upkeep SET hourly_from = greatest(hourly_from, $1::integer)"},
    {"remove_all_hourly", "DELETE FROM visit_all_hourly WHERE hour < (SELECT hourly_from FROM visit_upkeep)"},
    {"remove_hourly",
     "DELETE FROM visit_hourly WHERE ctid = ANY (ARRAY (SELECT ctid FROM visit_hourly"
     " WHERE hour < (SELECT hourly_from FROM visit_upkeep) ORDER BY hour LIMIT $1))"},
}};

}  // namespace

std::string_view name_of(VisitStatement statement) noexcept {
  return kStatements[static_cast<std::size_t>(statement)].name;
}

const char* sql_of(VisitStatement statement) noexcept {
  return kStatements[static_cast<std::size_t>(statement)].sql;
}

}  // namespace curt::store::postgres
