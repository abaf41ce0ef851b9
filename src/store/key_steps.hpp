#pragma once

#include <chrono>
#include <optional>
#include <utility>

#include "curt/access/key_store.hpp"

#include "store/refusals.hpp"

namespace curt::store {

// The changes of keys, the same for every store and each to be run inside a transaction. `Db` is the store's
// connection; its namespace has the SQL statements as functions of these names:
//
//   lock_keys (other changes wait until the end of the transaction), next_change (adds one to the counter and
//   gives it), find_key_row, insert_key_row, update_key_row
//
// Changes are committed one after the other, so that a reader who sees one sees all with a lower number.

/// A use is noted only this long after the one that was noted last.
inline constexpr std::chrono::minutes kBetweenUses{1};

/// access::KeyStore::add()
template <class Db>
result<std::optional<access::Key>> add_key_step(Db& db, access::Key key) {
  using Added = std::optional<access::Key>;
  lock_keys(db);
  if (find_key_row(db, key.id)) return Added{};
  key.change = next_change(db);
  insert_key_row(db, key);
  return Added{std::move(key)};
}

/// access::KeyStore::revoke()
template <class Db>
result<access::Key> revoke_key_step(Db& db, const KeyId& id, Timestamp now) {
  lock_keys(db);
  std::optional<access::Key> key = find_key_row(db, id);
  if (!key) return key_not_found(id);
  if (key->revoked_at) return *std::move(key);
  key->revoked_at = now;
  key->change = next_change(db);
  update_key_row(db, *key);
  return *std::move(key);
}

/// access::KeyStore::rotate()
template <class Db>
result<access::Key> rotate_key_step(Db& db, const KeyId& id, const access::Rotation& rotation) {
  lock_keys(db);
  std::optional<access::Key> key = find_key_row(db, id);
  if (!key) return key_not_found(id);
  if (key->revoked_at) return key_revoked(id);
  if (key->expires_at && *key->expires_at <= rotation.now) return key_expired(id);
  const bool has_grace = rotation.previous_until > rotation.now;
  if (has_grace && key->previous_until && *key->previous_until > rotation.now) {
    return key_rotating(id, *key->previous_until);
  }
  key->previous = key->secret;
  key->previous_until = rotation.previous_until;
  key->secret = rotation.secret;
  key->rotated_at = rotation.now;
  key->change = next_change(db);
  update_key_row(db, *key);
  return *std::move(key);
}

}  // namespace curt::store
