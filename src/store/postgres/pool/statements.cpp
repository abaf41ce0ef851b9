#include "store/postgres/pool/statements.hpp"

#include <array>

namespace curt::store::postgres {
namespace {

struct Row {
  std::string_view name;
  const char* sql;
};

// Advisory locks, which end with their transaction. Who takes several takes them in the order of the enum, so
// that nobody waits in a circle. The first numbers are arbitrary, but must stay: all versions of curt share
// them.
constexpr std::array<Row, kStatementCount> kStatements{{
    {"begin", ""},
    {"commit", "COMMIT"},
    {"roll_back", "ROLLBACK"},
    {"lock_key", "SELECT pg_advisory_xact_lock(1668641398, hashtext($1::text COLLATE \"C\"))"},
    {"lock_imports", "SELECT pg_advisory_xact_lock(1668641396, 1)"},
    // Beside imports, which make many links; one at a time for each target.
    {"lock_reuse",
     "SELECT pg_advisory_xact_lock_shared(1668641396, 1), pg_advisory_xact_lock(1668641397, "
     "hashint8($1::bigint))"},
    {"find_link", "SELECT " CURT_POSTGRES_LINK_COLUMNS " FROM links AS l WHERE l.code = $1"},
    // NO KEY, so that rows which refer to the link can be written meanwhile.
    {"lock_link",
     "SELECT " CURT_POSTGRES_LINK_COLUMNS " FROM links AS l WHERE l.code = $1 FOR NO KEY UPDATE"},
    {"find_reusable",
     "SELECT " CURT_POSTGRES_LINK_COLUMNS
     " FROM links AS l WHERE l.target_hash = $1 AND l.target = $2 AND l.deleted_at IS NULL"
     " AND l.redirect_status = $3 AND l.forward_query = $4 AND l.enabled = $5"
     " AND l.not_before IS NOT DISTINCT FROM $6::bigint AND l.expires_at IS NOT DISTINCT FROM $7::bigint"
     " AND (l.expires_at IS NULL OR l.expires_at > $8) AND ($9::text IS NULL OR l.title = $9::text)"
     " AND ($10::jsonb = '[]' OR l.tags = $10::jsonb) AND l.max_visits IS NOT DISTINCT FROM $11::bigint"
     " AND (l.max_visits IS NULL OR l.spent < l.max_visits) ORDER BY l.created_at, l.code LIMIT 1"},
    {"find_reusable_rows",
     "SELECT n.position FROM unnest($1::bigint[], $2::text[], $3::smallint[], $4::boolean[], $5::boolean[],"
     " $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[]) WITH ORDINALITY AS n (target_hash, target,"
     " redirect_status, forward_query, enabled, not_before, expires_at, created_at, max_visits, position)"
     " WHERE EXISTS (SELECT FROM links AS l WHERE l.target_hash = n.target_hash AND l.target = n.target"
     " AND l.deleted_at IS NULL AND l.redirect_status = n.redirect_status"
     " AND l.forward_query = n.forward_query AND l.enabled = n.enabled"
     " AND l.not_before IS NOT DISTINCT FROM n.not_before AND l.expires_at IS NOT DISTINCT FROM n.expires_at"
     " AND (l.expires_at IS NULL OR l.expires_at > n.created_at)"
     " AND l.max_visits IS NOT DISTINCT FROM n.max_visits"
     " AND (l.max_visits IS NULL OR l.spent < l.max_visits))"},
    // In the order of the codes, so that two of these never wait for each other in a circle. Of rows with one
    // code the first is stored.
    {"insert_links",
     "INSERT INTO links (code, target, target_hash, title, tags, redirect_status, forward_query, enabled,"
     " not_before, expires_at, created_at, updated_at, version, max_visits, spent)"
     " SELECT n.code, n.target, n.target_hash, n.title, n.tags::jsonb, n.redirect_status, n.forward_query,"
     " n.enabled, n.not_before, n.expires_at, n.created_at, n.created_at, 1, n.max_visits, n.spent"
     " FROM unnest($1::text[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::smallint[],"
     " $7::boolean[], $8::boolean[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[],"
     " $13::bigint[]) WITH ORDINALITY"
     " AS n (code, target, target_hash, title, tags, redirect_status, forward_query, enabled, not_before,"
     " expires_at, created_at, max_visits, spent, position) ORDER BY n.code COLLATE \"C\", n.position"
     " ON CONFLICT (code) DO NOTHING RETURNING code"},
    {"update_link",
     "UPDATE links SET target = $2, target_hash = $3, title = $4, tags = $5::jsonb, redirect_status = $6,"
     " forward_query = $7, enabled = $8, not_before = $9, expires_at = $10, updated_at = $11, version = $12,"
     " max_visits = $13 WHERE code = $1"},
    {"delete_link", "UPDATE links SET deleted_at = $2, updated_at = $2, version = $3 WHERE code = $1"},
    // One transaction by itself: the lock is held no longer than the commit takes, and what it waited for is
    // read anew. The second half answers where nothing was granted.
    {"spend_visits",
     "WITH open AS (SELECT code, spent, least($2::bigint, max_visits - spent) AS granted FROM links"
     " WHERE code = $1 AND max_visits > spent AND deleted_at IS NULL AND enabled"
     " AND (not_before IS NULL OR not_before <= $3) AND (expires_at IS NULL OR expires_at > $3)"
     " FOR NO KEY UPDATE),"
     " done AS (UPDATE links AS l SET spent = open.spent + open.granted FROM open WHERE l.code = open.code"
     " RETURNING l.*, open.granted)"
     " SELECT " CURT_POSTGRES_LINK_COLUMNS ", l.granted FROM done AS l UNION ALL"
     " SELECT " CURT_POSTGRES_LINK_COLUMNS ", 0 FROM links AS l"
     " WHERE l.code = $1 AND NOT EXISTS (SELECT FROM done)"},
    {"find_holders", "SELECT code, target, deleted_at IS NULL FROM links WHERE code = ANY ($1::text[])"},
    {"list_links", ""},
    {"changed_since",
     "SELECT " CURT_POSTGRES_LINK_COLUMNS " FROM links AS l WHERE (l.updated_at, l.code) > ($1, $2)"
     " ORDER BY l.updated_at, l.code LIMIT $3"},
    {"find_idempotency",
     "SELECT body_hash, code FROM idempotency WHERE owner = '' AND key = $1 AND created_at > $2"},
    {"insert_idempotency",
     "INSERT INTO idempotency (owner, key, body_hash, code, created_at) VALUES ('', $1, $2, $3, $4)"
     " ON CONFLICT (owner, key) DO UPDATE SET body_hash = excluded.body_hash, code = excluded.code,"
     " created_at = excluded.created_at"},
    // Rows that another one is at already are left to it.
    {"purge_idempotency",
     "DELETE FROM idempotency WHERE (owner, key) IN (SELECT owner, key FROM idempotency"
     " WHERE created_at <= $1 ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)"},
    {"ping", "SELECT max(version) FROM schema_migrations"},
}};

}  // namespace

std::string_view name_of(Statement statement) noexcept {
  return kStatements[static_cast<std::size_t>(statement)].name;
}

const char* sql_of(Statement statement) noexcept {
  return kStatements[static_cast<std::size_t>(statement)].sql;
}

}  // namespace curt::store::postgres
