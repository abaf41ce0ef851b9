#include "store/postgres/keys/key_rows.hpp"

#include <string>

#include "store/key_row.hpp"
#include "store/postgres/connection/bytes.hpp"
#include "store/postgres/connection/parameters.hpp"
#include "store/postgres/connection/row.hpp"

namespace curt::store::postgres {
namespace {

using access::Key;
using access::SecretHash;

constexpr Statement kLock{"lock_keys", "SELECT change FROM access_key_changes FOR UPDATE", Charge::nothing};

constexpr Statement kNextChange{"next_key_change",
                                "UPDATE access_key_changes SET change = change + 1 RETURNING change"};

constexpr Statement kFind{"find_key", "SELECT " CURT_KEY_COLUMNS " FROM access_keys AS k WHERE k.id = $1"};

constexpr Statement kInsert{
    "insert_key",
    "INSERT INTO access_keys (id, name, scopes, own, secret_hash, previous_hash, previous_until, created_at,"
    " expires_at, rotated_at, revoked_at, last_used_at, change)"
    " VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)"};

constexpr Statement kUpdate{
    "update_key",
    "UPDATE access_keys SET secret_hash = $2, previous_hash = $3, previous_until = $4, rotated_at = $5,"
    " revoked_at = $6, change = $7 WHERE id = $1"};

std::string text_of_hash(const SecretHash& hash) { return hex_from_bytes(hash); }

std::optional<std::string> text_of_hash(const std::optional<SecretHash>& hash) {
  if (!hash) return std::nullopt;
  return hex_from_bytes(*hash);
}

}  // namespace

void lock_keys(Connection& db) { db.run(kLock); }

std::int64_t next_change(Connection& db) {
  const pqxx::result rows = db.run(kNextChange);
  return Row{rows[0]}.integer(0);
}

std::optional<Key> find_key_row(Connection& db, const KeyId& id) {
  const pqxx::result rows = db.run(kFind, {text_of(id)});
  if (rows.empty()) return std::nullopt;
  return read_key(Row{rows[0]});
}

void insert_key_row(Connection& db, const Key& key) {
  db.run(kInsert, {text_of(key.id), key.name, key.scopes.str(), text_of(key.own), text_of_hash(key.secret),
                   text_of_hash(key.previous), text_of(key.previous_until), text_of(key.created_at),
                   text_of(key.expires_at), text_of(key.rotated_at), text_of(key.revoked_at),
                   text_of(key.last_used_at), text_of(key.change)});
}

void update_key_row(Connection& db, const Key& key) {
  db.run(kUpdate,
         {text_of(key.id), text_of_hash(key.secret), text_of_hash(key.previous), text_of(key.previous_until),
          text_of(key.rotated_at), text_of(key.revoked_at), text_of(key.change)});
}

}  // namespace curt::store::postgres
