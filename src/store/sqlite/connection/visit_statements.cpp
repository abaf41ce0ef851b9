#include "store/sqlite/connection/visit_statements.hpp"

#include <array>

namespace curt::store::sqlite {
namespace {

struct Row {
  std::string_view name;
  const char* sql;
};

constexpr std::array<Row, kVisitStatementCount> kStatements{{
    {"insert_batch",
     "INSERT INTO visit_batches (epoch, ring, first, count, reason) VALUES (?1, ?2, ?3, ?4, ?5)"
     " ON CONFLICT DO NOTHING"},
    {"find_confirmed", "SELECT confirmed FROM visit_rings WHERE epoch = ?1 AND ring = ?2"},
    {"add_totals",
     "INSERT INTO visit_totals (code, humans, bots) VALUES (?1, ?2, ?3) ON CONFLICT (code) DO UPDATE"
     " SET humans = humans + excluded.humans, bots = bots + excluded.bots"},
    {"add_hourly",
     "INSERT INTO visit_hourly (code, hour, humans, bots) VALUES (?1, ?2, ?3, ?4)"
     " ON CONFLICT (code, hour) DO UPDATE SET humans = humans + excluded.humans, bots = bots + "
     "excluded.bots"},
    {"add_daily",
     "INSERT INTO visit_daily (code, day, humans, bots) VALUES (?1, ?2, ?3, ?4)"
     " ON CONFLICT (code, day) DO UPDATE SET humans = humans + excluded.humans, bots = bots + excluded.bots"},
    {"add_all_hourly",
     "INSERT INTO visit_all_hourly (hour, humans, bots) VALUES (?1, ?2, ?3) ON CONFLICT (hour) DO UPDATE"
     " SET humans = humans + excluded.humans, bots = bots + excluded.bots"},
    {"add_all_daily",
     "INSERT INTO visit_all_daily (day, humans, bots) VALUES (?1, ?2, ?3) ON CONFLICT (day) DO UPDATE"
     " SET humans = humans + excluded.humans, bots = bots + excluded.bots"},
    {"add_to_ring",
     "INSERT INTO visit_rings (epoch, ring, persisted, given_up) VALUES (?1, ?2, ?3, ?4)"
     " ON CONFLICT (epoch, ring) DO UPDATE SET persisted = persisted + excluded.persisted,"
     " given_up = given_up + excluded.given_up"},
    {"find_batch", "SELECT 1 FROM visit_batches WHERE epoch = ?1 AND ring = ?2 AND first = ?3"},
    {"confirm_batches",
     "INSERT INTO visit_rings (epoch, ring, confirmed) VALUES (?1, ?2, ?3)"
     " ON CONFLICT (epoch, ring) DO UPDATE SET confirmed = max(confirmed, excluded.confirmed)"},
    {"forget_confirmed", "DELETE FROM visit_batches WHERE epoch = ?1 AND ring = ?2 AND first < ?3"},
    // Of reports that overtake each other the latest one stays. A clock may step back: what tells of more is
    // later.
    {"report_epoch",
     "INSERT INTO visit_epochs (epoch, host, opened_at, seen_at, accepted, dropped, undetailed,"
     " pending_since, closed) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
     " ON CONFLICT (epoch) DO UPDATE SET host = excluded.host, seen_at = excluded.seen_at,"
     " accepted = max(accepted, excluded.accepted), dropped = max(dropped, excluded.dropped),"
     " undetailed = max(undetailed, excluded.undetailed),"
     " pending_since = excluded.pending_since, closed = excluded.closed"
     " WHERE closed = 0 AND (seen_at <= excluded.seen_at OR excluded.closed = 1"
     " OR accepted < excluded.accepted OR dropped < excluded.dropped)"},
    {"sum_epochs",
     "WITH r AS (SELECT epoch, sum(persisted) AS persisted, sum(given_up) AS given_up FROM visit_rings"
     " GROUP BY epoch), e AS (SELECT *, closed = 0 AND seen_at < ?1 AS lost,"
     " closed = 1 OR seen_at < ?1 AS over FROM visit_epochs)"
     // One may not have told yet of all that was counted, and what one that is over did not count is on no
     // way.
     " SELECT coalesce(sum(max(e.accepted, coalesce(r.persisted, 0) + coalesce(r.given_up, 0))), 0), (SELECT "
     "coalesce(sum(persisted), 0) FROM r),"
     " coalesce(sum(e.dropped), 0) + (SELECT coalesce(sum(given_up), 0) FROM r),"
     " coalesce(sum(e.undetailed), 0), count(*) FILTER (WHERE e.lost),"
     " coalesce(sum(max(e.accepted - coalesce(r.persisted, 0) - coalesce(r.given_up, 0), 0))"
     " FILTER (WHERE e.over), 0),"
     " min(e.pending_since) FILTER (WHERE NOT e.lost AND e.closed = 0), (SELECT coalesce(sum(given_up), 0) "
     "FROM r)"
     " FROM e LEFT JOIN r ON r.epoch = e.epoch"},
    {"find_totals", "SELECT humans, bots FROM visit_totals WHERE code = ?1"},
    // One statement, so that days and hours are of one moment. The first row is the boundary.
    {"find_series",
     "SELECT 0 AS part, hourly_from AS span, 0, 0 FROM visit_upkeep"
     " UNION ALL SELECT 1, day, humans, bots FROM visit_daily WHERE code = ?5 AND day >= ?1 AND day < ?2"
     " AND day < (SELECT hourly_from / 24 FROM visit_upkeep)"
     " UNION ALL SELECT 2, hour, humans, bots FROM visit_hourly WHERE code = ?5 AND hour >= ?3 AND hour < ?4"
     " AND hour >= (SELECT hourly_from FROM visit_upkeep) ORDER BY part, span"},
    {"find_series_of_all",
     "SELECT 0 AS part, hourly_from AS span, 0, 0 FROM visit_upkeep"
     " UNION ALL SELECT 1, day, humans, bots FROM visit_all_daily WHERE day >= ?1 AND day < ?2"
     " AND day < (SELECT hourly_from / 24 FROM visit_upkeep)"
     " UNION ALL SELECT 2, hour, humans, bots FROM visit_all_hourly WHERE hour >= ?3 AND hour < ?4"
     " AND hour >= (SELECT hourly_from FROM visit_upkeep) ORDER BY part, span"},
    {"sum_all_visits", "SELECT coalesce(sum(humans), 0), coalesce(sum(bots), 0) FROM visit_all_daily"},
    // CROSS JOIN goes through the totals in their order, and stops when there are enough.
    {"find_top",
     "SELECT t.code, t.humans, t.bots FROM visit_totals AS t CROSS JOIN links AS l ON l.code = t.code"
     " WHERE l.deleted_at IS NULL ORDER BY t.total DESC, t.code DESC LIMIT ?1"},
    {"find_top_of_days",
     "SELECT t.code, t.humans, t.bots FROM (SELECT code, sum(humans) AS humans, sum(bots) AS bots"
     " FROM visit_daily WHERE day >= ?2 AND day < ?3 GROUP BY code) AS t JOIN links AS l ON l.code = t.code"
     " WHERE l.deleted_at IS NULL ORDER BY t.humans + t.bots DESC, t.code DESC LIMIT ?1"},
    {"read_clock", "SELECT CAST(strftime('%s', 'now') AS INTEGER) * 1000"},
    {"begin_hourly_from", "UPDATE visit_upkeep SET hourly_from = max(hourly_from, ?1)"},
    {"remove_all_hourly", "DELETE FROM visit_all_hourly WHERE hour < (SELECT hourly_from FROM visit_upkeep)"},
    {"remove_hourly",
     "DELETE FROM visit_hourly WHERE (code, hour) IN (SELECT code, hour FROM visit_hourly"
     " WHERE hour < (SELECT hourly_from FROM visit_upkeep) ORDER BY hour LIMIT ?1)"},
}};

}  // namespace

std::string_view name_of(VisitStatement statement) noexcept {
  return kStatements[static_cast<std::size_t>(statement)].name;
}

const char* sql_of(VisitStatement statement) noexcept {
  return kStatements[static_cast<std::size_t>(statement)].sql;
}

}  // namespace curt::store::sqlite
