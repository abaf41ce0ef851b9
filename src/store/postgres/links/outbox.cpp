#include "store/postgres/links/outbox.hpp"

#include <chrono>
#include <optional>

#include "store/link_row.hpp"
#include "store/postgres/connection/array_text.hpp"
#include "store/postgres/connection/in_transaction.hpp"
#include "store/postgres/connection/parameters.hpp"
#include "store/postgres/connection/row.hpp"

namespace curt::store::postgres {
namespace {

using links::Change;
using links::Outbox;
using links::OutboxView;

/// One statement, hence one snapshot: what it does not see will not be visible in the snapshot that it
/// returns, however late it commits. $1 is the snapshot of the look before and $2 its time, both null at
/// first; $3 kSettled in milliseconds, $4 kMost + 1. A row without a code comes where nothing is fresh.
///
/// A session that was begun since then may belong to another server, or to one that crashed and gives the
/// transactions that it forgot their numbers again.
///
/// A server that was restored from another one's rows may have transactions of the future in its rows: they
/// are open, but never fresh. A clock that was set back must not hide an open change either. The history is
/// the timeline, of which a promotion begins a new one.
constexpr Statement kLook{
    "look_at_outbox",
    "SELECT n.snapshot, n.now, pg_is_in_recovery(), current_setting('transaction_read_only'),"
    " (SELECT identity FROM shared_cache), n.history, o.count, o.age,"
    " coalesce(n.begun >= $2::bigint"
    " OR pg_snapshot_xmax(n.snapshot) < pg_snapshot_xmax($1::pg_snapshot), true),"
    " f.code, f.version"
    " FROM (SELECT pg_current_snapshot() AS snapshot,"
    " CASE WHEN pg_is_in_recovery() THEN ''"
    " ELSE substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8) END AS history,"
    " floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now,"
    " (SELECT floor(extract(epoch FROM a.backend_start) * 1000)::bigint"
    " FROM pg_stat_get_activity(pg_backend_pid()) AS a) AS begun) AS n"
    " CROSS JOIN LATERAL (SELECT (SELECT count(*) FROM (SELECT FROM unannounced WHERE announced < version"
    " AND (since <= n.now - $3::bigint OR since > n.now) LIMIT $4) AS r) AS count,"
    " n.now - (SELECT min(since) FROM unannounced WHERE announced < version) AS age OFFSET 0) AS o"
    " LEFT JOIN LATERAL (SELECT u.code, u.version FROM unannounced AS u"
    " WHERE u.txn >= pg_snapshot_xmin($1::pg_snapshot) AND u.txn < pg_snapshot_xmax(n.snapshot)"
    " AND NOT pg_visible_in_snapshot(u.txn, $1::pg_snapshot) LIMIT $4) AS f ON true",
    Charge::nothing};

constexpr Statement kFindOpen{
    "find_open_changes",
    "SELECT " CURT_LINK_COLUMNS
    " FROM unannounced AS u JOIN links AS l ON l.code = u.code"
    " CROSS JOIN (SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now) AS n"
    " WHERE u.announced < u.version AND u.code > $1 AND l.code > $1"
    " AND (u.since <= n.now - $2::bigint OR u.since > n.now) ORDER BY u.code LIMIT $3",
    Charge::nothing};

/// Looks wait behind these statements, so that they wait for no other transaction.
constexpr Statement kWaitForNobody{"wait_for_nobody", "SELECT set_config('lock_timeout', '100', true)",
                                   Charge::nothing};

/// What a crash of the server forgets is announced once more, so that nobody need wait for its disk either.
constexpr Statement kCommitLazily{
    "commit_lazily",
    "SELECT set_config('lock_timeout', '100', true), set_config('synchronous_commit', 'off', true)",
    Charge::nothing};

/// Who believes another cache waits until this transaction has ended.
constexpr Statement kLockBelief{"lock_belief", "SELECT identity FROM shared_cache FOR SHARE",
                                Charge::nothing};

/// In the order of the codes; a row that is being changed is left to those who come later.
constexpr Statement kNoteAnnounced{
    "note_announced",
    "UPDATE unannounced AS u SET announced = greatest(u.announced, n.version),"
    " touched_at = floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint"
    " FROM (SELECT a.code, a.version FROM (SELECT code, max(version) AS version"
    " FROM unnest($1::text[], $2::bigint[]) AS g (code, version) GROUP BY code) AS a"
    " JOIN unannounced AS r ON r.code = a.code COLLATE \"C\" WHERE r.announced < a.version"
    " ORDER BY r.code FOR UPDATE OF r SKIP LOCKED) AS n WHERE u.code = n.code COLLATE \"C\"",
    Charge::nothing};

constexpr Statement kBelieve{"believe_cache", "UPDATE shared_cache SET identity = $1 WHERE identity = $2",
                             Charge::nothing};

/// The other cache may have been filled by a reading that is older than one of these.
constexpr Statement kReopen{
    "reopen_changes",
    "UPDATE unannounced SET announced = 0 WHERE code = ANY (ARRAY (SELECT code FROM unannounced"
    " WHERE announced >= version"
    " AND touched_at > floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint - $1::bigint"
    " ORDER BY code FOR UPDATE))",
    Charge::nothing};

constexpr Statement kSweep{
    "sweep_outbox",
    "WITH n AS MATERIALIZED (SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now),"
    " closed AS (SELECT code FROM unannounced WHERE announced >= version"
    " AND touched_at < (SELECT now FROM n) - $1::bigint ORDER BY touched_at LIMIT $3 FOR UPDATE SKIP LOCKED),"
    " old AS (SELECT code FROM unannounced WHERE announced < version"
    " AND since < (SELECT now FROM n) - $2::bigint AND touched_at < (SELECT now FROM n) - $2::bigint"
    " ORDER BY since LIMIT $3 FOR UPDATE SKIP LOCKED)"
    " DELETE FROM unannounced WHERE code IN (SELECT code FROM closed UNION ALL SELECT code FROM old)",
    Charge::nothing};

struct LookColumn {
  enum Number : int {
    snapshot,
    now,
    in_recovery,
    read_only,
    identity,
    history,
    open,
    oldest,
    other_session,
    code,
    version
  };
};

std::string milliseconds(std::chrono::milliseconds time) { return std::to_string(time.count()); }

/// OutboxView::seen: its time, a space, the snapshot.
struct Seen {
  std::optional<std::string> at;
  std::optional<std::string> snapshot;
};

Seen seen_from(const std::string& text) {
  const std::size_t space = text.find(' ');
  if (space == std::string::npos) return {};
  return {.at = text.substr(0, space), .snapshot = text.substr(space + 1)};
}

}  // namespace

result<OutboxView> look_at_outbox(Connection& db, const std::string& since) {
  using Column = LookColumn;
  const Seen before = seen_from(since);
  const pqxx::result rows = db.run(kLook, {before.snapshot, before.at, milliseconds(Outbox::kSettled),
                                           std::to_string(OutboxView::kMost + 1)});
  const Row first{rows[0]};
  OutboxView view;
  view.standby = first.flag(Column::in_recovery);
  view.writable = first.text(Column::read_only) == "off";
  if (view.standby) return view;
  view.seen = first.text(Column::now) + " " + first.text(Column::snapshot);
  view.believed = first.text(Column::identity);
  view.history = first.text(Column::history);
  view.open = static_cast<std::size_t>(first.integer(Column::open));
  if (!first.is_null(Column::oldest)) view.oldest = std::chrono::milliseconds{first.integer(Column::oldest)};
  view.incomplete =
      first.flag(Column::other_session) || static_cast<std::size_t>(rows.size()) > OutboxView::kMost;
  if (view.incomplete || first.is_null(Column::code)) return view;
  for (const auto& found : rows) {
    const Row row{found};
    view.fresh.push_back({ShortCode::from_valid(row.text(Column::code)), row.integer(Column::version)});
  }
  return view;
}

result<std::vector<Link>> find_open_changes(Connection& db, const ShortCode& after, std::size_t limit) {
  const pqxx::result rows =
      db.run(kFindOpen, {text_of(after), milliseconds(Outbox::kSettled), std::to_string(limit)});
  std::vector<Link> links;
  for (const auto& row : rows) links.push_back(read_link(Row{row}));
  return links;
}

result<void> note_changes_announced(Connection& db, const std::vector<Change>& changes,
                                    const std::string& identity) {
  ArrayText codes;
  ArrayText versions;
  for (const Change& change : changes) {
    codes.add(change.code.view());
    versions.add(change.version);
  }
  const Parameters parameters{codes.take(), versions.take()};
  return in_transaction<void>(db, [&]() -> result<void> {
    db.run(kCommitLazily);
    const pqxx::result believed = db.run(kLockBelief);
    if (Row{believed[0]}.text(0) == identity) db.run(kNoteAnnounced, parameters);
    return {};
  });
}

result<bool> believe_cache(Connection& db, const std::string& identity, const std::string& instead_of) {
  return in_transaction<bool>(db, [&]() -> result<bool> {
    db.run(kWaitForNobody);
    const bool done = db.run(kBelieve, {identity, instead_of}).affected_rows() == 1;
    if (done) db.run(kReopen, {milliseconds(Outbox::kKept)});
    return done;
  });
}

result<std::size_t> sweep_outbox(Connection& db, std::size_t limit) {
  return in_transaction<std::size_t>(db, [&]() -> result<std::size_t> {
    db.run(kCommitLazily);
    const pqxx::result swept =
        db.run(kSweep, {milliseconds(Outbox::kKept), milliseconds(Outbox::kLongest), std::to_string(limit)});
    return static_cast<std::size_t>(swept.affected_rows());
  });
}

}  // namespace curt::store::postgres
