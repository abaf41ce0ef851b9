#include "store/sqlite/links/idempotency.hpp"

namespace curt::store::sqlite {
namespace {

/// More than one, so that old keys become fewer while new ones come; few, so that no request waits for it.
constexpr std::int64_t kPurgedAtOnce = 8;

constexpr Statement kFind{
    "find_idempotency",
    "SELECT body_hash, code FROM idempotency WHERE owner = ?1 AND key = ?2 AND created_at > ?3"};

constexpr Statement kInsert{"insert_idempotency",
                            "INSERT OR REPLACE INTO idempotency (owner, key, body_hash, code, created_at)"
                            " VALUES (?1, ?2, ?3, ?4, ?5)"};

constexpr Statement kPurge{
    "purge_idempotency",
    "DELETE FROM idempotency WHERE (owner, key) IN"
    " (SELECT owner, key FROM idempotency WHERE created_at <= ?1 ORDER BY created_at LIMIT ?2)"};

}  // namespace

std::optional<EarlierRequest> find_idempotency(Connection& db, const links::IdempotencyKey& key,
                                               Timestamp now) {
  Execution query = db.run(kFind);
  query.bind(key.owner, key.key, now - links::kIdempotencyWindow);
  if (!query.step()) return std::nullopt;
  return EarlierRequest{query.text(0), ShortCode::from_valid(query.text(1))};
}

void remember_idempotency(Connection& db, const links::IdempotencyKey& key, const ShortCode& code,
                          Timestamp now) {
  db.run(kInsert).bind(key.owner, key.key, key.body_hash, code, now).finish();
  db.run(kPurge).bind(now - links::kIdempotencyWindow, kPurgedAtOnce).finish();
}

}  // namespace curt::store::sqlite
