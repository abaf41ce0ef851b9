#include "store/postgres/links/idempotency.hpp"

#include "store/postgres/connection/parameters.hpp"

namespace curt::store::postgres {
namespace {

/// More than one, so that old keys become fewer while new ones come; few, so that no request waits for it.
constexpr const char* kPurgedAtOnce = "8";

constexpr Statement kLockKey{"lock_key",
                             "SELECT pg_advisory_xact_lock(1668641398, hashtext($1::text COLLATE \"C\"))",
                             Charge::nothing};

constexpr Statement kFind{
    "find_idempotency",
    "SELECT body_hash, code FROM idempotency WHERE owner = $1 AND key = $2 AND created_at > $3"};

constexpr Statement kInsert{
    "insert_idempotency",
    "INSERT INTO idempotency (owner, key, body_hash, code, created_at) VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT (owner, key) DO UPDATE SET body_hash = excluded.body_hash, code = excluded.code,"
    " created_at = excluded.created_at"};

/// Leaves rows to another transaction that has locked them.
constexpr Statement kPurge{"purge_idempotency",
                           "DELETE FROM idempotency WHERE (owner, key) IN (SELECT owner, key FROM idempotency"
                           " WHERE created_at <= $1 ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED)"};

}  // namespace

std::optional<EarlierRequest> find_idempotency(Connection& db, const links::IdempotencyKey& key,
                                               Timestamp now) {
  db.run(kLockKey, {key.owner + key.key});
  const pqxx::result rows = db.run(kFind, {key.owner, key.key, text_of(now - links::kIdempotencyWindow)});
  if (rows.empty()) return std::nullopt;
  return EarlierRequest{rows[0][0].c_str(), ShortCode::from_valid(rows[0][1].c_str())};
}

void remember_idempotency(Connection& db, const links::IdempotencyKey& key, const ShortCode& code,
                          Timestamp now) {
  db.run(kInsert, {key.owner, key.key, key.body_hash, text_of(code), text_of(now)});
  db.run(kPurge, {text_of(now - links::kIdempotencyWindow), kPurgedAtOnce});
}

}  // namespace curt::store::postgres
