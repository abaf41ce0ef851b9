#include "store/sqlite/connection/statements.hpp"

#include <array>

namespace curt::store::sqlite {
namespace {

struct Row {
  std::string_view name;
  const char* sql;
};

constexpr std::array<Row, kStatementCount> kStatements{{
    {"begin", "BEGIN IMMEDIATE"},
    {"commit", "COMMIT"},
    {"roll_back", "ROLLBACK"},
    {"savepoint", "SAVEPOINT job"},
    {"release", "RELEASE job"},
    {"roll_back_to", "ROLLBACK TO job"},
    {"find_link", "SELECT " CURT_LINK_COLUMNS " FROM links AS l WHERE l.code = ?1"},
    {"find_reusable",
     "SELECT " CURT_LINK_COLUMNS
     " FROM links AS l WHERE l.target_hash = ?1 AND l.target = ?2 AND l.deleted_at IS NULL"
     " AND l.redirect_status = ?3 AND l.forward_query = ?4 AND l.enabled = ?5"
     " AND l.not_before IS ?6 AND l.expires_at IS ?7 AND (l.expires_at IS NULL OR l.expires_at > ?8)"
     " AND (?9 IS NULL OR l.title = ?9) AND (?10 = '[]' OR l.tags = ?10)"
     " AND l.max_visits IS ?11 AND (l.max_visits IS NULL OR l.spent < l.max_visits)"
     " ORDER BY l.created_at, l.code LIMIT 1"},
    {"insert_link",
     "INSERT INTO links (code, target, target_hash, title, tags, redirect_status, forward_query, enabled,"
     " not_before, expires_at, created_at, updated_at, version, max_visits, spent)"
     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?11, 1, ?12, ?13)"
     " ON CONFLICT (code) DO NOTHING"},
    {"update_link",
     "UPDATE links SET target = ?2, target_hash = ?3, title = ?4, tags = ?5, redirect_status = ?6,"
     " forward_query = ?7, enabled = ?8, not_before = ?9, expires_at = ?10, updated_at = ?11, version = ?12,"
     " max_visits = ?13 WHERE code = ?1"},
    {"delete_link", "UPDATE links SET deleted_at = ?2, updated_at = ?2, version = ?3 WHERE code = ?1"},
    {"spend_visits", "UPDATE links SET spent = spent + ?2 WHERE code = ?1"},
    {"list_links", ""},
    {"changed_since", "SELECT " CURT_LINK_COLUMNS " FROM links AS l WHERE (l.updated_at, l.code) > (?1, ?2)"
                      " ORDER BY l.updated_at, l.code LIMIT ?3"},
    {"find_idempotency",
     "SELECT body_hash, code FROM idempotency WHERE owner = '' AND key = ?1 AND created_at > ?2"},
    {"insert_idempotency",
     "INSERT OR REPLACE INTO idempotency (owner, key, body_hash, code, created_at) VALUES ('', ?1, ?2, ?3, "
     "?4)"},
    {"purge_idempotency",
     "DELETE FROM idempotency WHERE (owner, key) IN"
     " (SELECT owner, key FROM idempotency WHERE created_at <= ?1 ORDER BY created_at LIMIT ?2)"},
    {"ping", "SELECT max(version) FROM schema_migrations"},
}};

}  // namespace

std::string_view name_of(Statement statement) noexcept {
  return kStatements[static_cast<std::size_t>(statement)].name;
}

const char* sql_of(Statement statement) noexcept {
  return kStatements[static_cast<std::size_t>(statement)].sql;
}

}  // namespace curt::store::sqlite
