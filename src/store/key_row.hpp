#pragma once

#include <algorithm>
#include <optional>
#include <string>

#include "curt/access/key.hpp"
#include "curt/access/key_store.hpp"

namespace curt::store {

// The columns of a key "k", as SQL and as the numbers under which a row has them, from one list.
#define CURT_KEY_COLUMNS_AFTER_ID(column)                                                                  \
  column(name) column(scopes) column(own) column(secret_hash) column(previous_hash) column(previous_until) \
      column(created_at) column(expires_at) column(rotated_at) column(revoked_at) column(last_used_at)     \
          column(change)
#define CURT_KEY_COLUMN_SQL(name) ", k." #name
#define CURT_KEY_COLUMN_NUMBER(name) , name

/// For a SELECT whose rows read_key() takes; other columns may follow.
#define CURT_KEY_COLUMNS "k.id" CURT_KEY_COLUMNS_AFTER_ID(CURT_KEY_COLUMN_SQL)

struct KeyColumn {
  enum Number : int { id CURT_KEY_COLUMNS_AFTER_ID(CURT_KEY_COLUMN_NUMBER), end };
};

#undef CURT_KEY_COLUMN_NUMBER

/// The hash of these bytes, of which a column holds as many as it has.
inline access::SecretHash hash_from(const std::string& bytes) {
  access::SecretHash hash{};
  std::copy_n(bytes.begin(), std::min(bytes.size(), hash.size()), hash.begin());
  return hash;
}

/// The key of a row with CURT_KEY_COLUMNS. `Row` is what read_link() takes, and gives bytes() too.
template <class Row>
access::Key read_key(const Row& row) {
  using Column = KeyColumn;
  const auto time_or_none = [&row](Column::Number column) {
    return row.is_null(column) ? std::nullopt : std::optional{row.time(column)};
  };
  access::Key key;
  key.id = KeyId::from_valid(row.text(Column::id));
  key.name = row.text(Column::name);
  key.scopes = access::Scopes::from_stored(row.text(Column::scopes));
  key.own = row.flag(Column::own);
  key.secret = hash_from(row.bytes(Column::secret_hash));
  if (!row.is_null(Column::previous_hash)) key.previous = hash_from(row.bytes(Column::previous_hash));
  key.previous_until = time_or_none(Column::previous_until);
  key.created_at = row.time(Column::created_at);
  key.expires_at = time_or_none(Column::expires_at);
  key.rotated_at = time_or_none(Column::rotated_at);
  key.revoked_at = time_or_none(Column::revoked_at);
  key.last_used_at = time_or_none(Column::last_used_at);
  key.change = row.integer(Column::change);
  return key;
}

/// Adds a row of look_at_keys to what it tells: a key, or nulls where none was changed, and the number of the
/// last change.
template <class Row>
void add_to_changes(access::KeyChanges& changes, const Row& row) {
  changes.change = row.integer(KeyColumn::end);
  if (!row.is_null(KeyColumn::id)) changes.keys.push_back(read_key(row));
}

}  // namespace curt::store
