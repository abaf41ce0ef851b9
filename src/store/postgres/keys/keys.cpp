#include "store/postgres/keys/keys.hpp"

#include <chrono>
#include <string>

#include "store/key_row.hpp"
#include "store/key_steps.hpp"
#include "store/postgres/connection/array_text.hpp"
#include "store/postgres/connection/in_transaction.hpp"
#include "store/postgres/connection/parameters.hpp"
#include "store/postgres/connection/row.hpp"
#include "store/postgres/keys/key_rows.hpp"

namespace curt::store::postgres {
namespace {

using access::Key;

/// Lower than the number of any change.
constexpr std::int64_t kBeforeAll = -1;

/// One statement, hence one snapshot: it has every change up to the counter that it shows, and none after.
/// LIMIT tells the planner that there is one counter; else it expects thousands before the first ANALYZE.
constexpr Statement kLook{"look_at_keys",
                          "SELECT " CURT_KEY_COLUMNS
                          ", c.change FROM (SELECT change FROM access_key_changes LIMIT 1) AS c"
                          " LEFT JOIN access_keys AS k ON k.change > $1 ORDER BY k.change"};

constexpr Statement kList{
    "list_keys",
    "SELECT " CURT_KEY_COLUMNS
    " FROM access_keys AS k WHERE $1::bigint IS NULL OR (k.created_at, k.id) > ($1::bigint, $2::text)"
    " ORDER BY k.created_at, k.id LIMIT $3"};

/// In the order of the ids, so that two of these never deadlock. An instance whose clock is ahead must not
/// keep the others from noting theirs.
constexpr Statement kNoteUsed{
    "note_keys_used",
    "UPDATE access_keys AS k SET last_used_at = n.at FROM (SELECT r.id, u.at FROM (SELECT id,"
    " least(max(at), floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint) AS at"
    " FROM unnest($1::text[], $2::bigint[]) AS g (id, at) GROUP BY id) AS u"
    " JOIN access_keys AS r ON r.id = u.id COLLATE \"C\""
    " WHERE r.last_used_at IS NULL OR r.last_used_at <= u.at - $3::bigint"
    " ORDER BY r.id FOR NO KEY UPDATE OF r) AS n WHERE k.id = n.id"};

}  // namespace

result<access::KeyChanges> look_at_keys(Connection& db, std::optional<std::int64_t> since) {
  access::KeyChanges changes;
  for (const auto& row : db.run(kLook, {text_of(since.value_or(kBeforeAll))})) {
    add_to_changes(changes, Row{row});
  }
  return changes;
}

result<std::optional<Key>> add_key(Connection& db, const Key& key) {
  return in_transaction<std::optional<Key>>(db, [&] { return add_key_step(db, key); });
}

result<std::vector<Key>> list_keys(Connection& db, const std::optional<access::KeyCursor>& after,
                                   std::size_t limit) {
  std::optional<std::string> created_at;
  std::optional<std::string> id;
  if (after) {
    created_at = text_of(after->created_at);
    id = text_of(after->id);
  }
  std::vector<Key> keys;
  for (const auto& row : db.run(kList, {created_at, id, std::to_string(limit)})) {
    keys.push_back(read_key(Row{row}));
  }
  return keys;
}

result<Key> revoke_key(Connection& db, const KeyId& id, Timestamp now) {
  return in_transaction<Key>(db, [&] { return revoke_key_step(db, id, now); });
}

result<Key> rotate_key(Connection& db, const KeyId& id, const access::Rotation& rotation) {
  return in_transaction<Key>(db, [&] { return rotate_key_step(db, id, rotation); });
}

result<void> note_keys_used(Connection& db, const std::vector<access::KeyUse>& uses) {
  ArrayText ids;
  ArrayText times;
  for (const access::KeyUse& use : uses) {
    ids.add(use.id);
    times.add(use.at);
  }
  const std::chrono::milliseconds between = kBetweenUses;
  db.run_and_commit(kNoteUsed, {ids.take(), times.take(), text_of(std::int64_t{between.count()})});
  return {};
}

}  // namespace curt::store::postgres
