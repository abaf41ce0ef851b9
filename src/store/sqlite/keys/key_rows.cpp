#include "store/sqlite/keys/key_rows.hpp"

#include <string>

#include "store/key_row.hpp"

namespace curt::store::sqlite {
namespace {

using access::Key;

constexpr Statement kNextChange{"next_key_change",
                                "UPDATE access_key_changes SET change = change + 1 RETURNING change"};

constexpr Statement kFind{"find_key", "SELECT " CURT_KEY_COLUMNS " FROM access_keys AS k WHERE k.id = ?1"};

constexpr Statement kInsert{
    "insert_key",
    "INSERT INTO access_keys (id, name, scopes, own, secret_hash, previous_hash, previous_until, created_at,"
    " expires_at, rotated_at, revoked_at, last_used_at, change)"
    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)"};

constexpr Statement kUpdate{
    "update_key",
    "UPDATE access_keys SET secret_hash = ?2, previous_hash = ?3, previous_until = ?4, rotated_at = ?5,"
    " revoked_at = ?6, change = ?7 WHERE id = ?1"};

}  // namespace

std::int64_t next_change(Connection& db) {
  Execution counter = db.run(kNextChange);
  counter.step();
  return counter.integer(0);
}

std::optional<Key> find_key_row(Connection& db, const KeyId& id) {
  Execution query = db.run(kFind);
  query.bind(id);
  if (!query.step()) return std::nullopt;
  return read_key(query);
}

void insert_key_row(Connection& db, const Key& key) {
  Execution insert = db.run(kInsert);
  insert.bind(key.id, key.name, key.scopes.str(), key.own, key.secret, key.previous, key.previous_until,
              key.created_at, key.expires_at, key.rotated_at, key.revoked_at, key.last_used_at, key.change);
  insert.finish();
}

void update_key_row(Connection& db, const Key& key) {
  Execution update = db.run(kUpdate);
  update.bind(key.id, key.secret, key.previous, key.previous_until, key.rotated_at, key.revoked_at,
              key.change);
  update.finish();
}

}  // namespace curt::store::sqlite
