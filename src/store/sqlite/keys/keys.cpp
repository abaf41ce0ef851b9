#include "store/sqlite/keys/keys.hpp"

#include <chrono>
#include <string>

#include <nlohmann/json.hpp>

#include "store/key_row.hpp"
#include "store/key_steps.hpp"
#include "store/sqlite/keys/key_rows.hpp"

namespace curt::store::sqlite {
namespace {

using access::Key;

/// Lower than the number of any change.
constexpr std::int64_t kBeforeAll = -1;

/// One statement, hence one state of the database: no key is in it whose number is above the counter.
constexpr Statement kLook{"look_at_keys", "SELECT " CURT_KEY_COLUMNS
                                          ", c.change FROM access_key_changes AS c"
                                          " LEFT JOIN access_keys AS k ON k.change > ?1 ORDER BY k.change"};

constexpr Statement kList{"list_keys",
                          "SELECT " CURT_KEY_COLUMNS
                          " FROM access_keys AS k WHERE ?1 IS NULL OR (k.created_at, k.id) > (?1, ?2)"
                          " ORDER BY k.created_at, k.id LIMIT ?3"};

/// ?1 is a JSON array of pairs of an id and a time.
constexpr Statement kNoteUsed{
    "note_keys_used",
    "UPDATE access_keys AS k SET last_used_at = u.at FROM (SELECT json_extract(value, '$[0]') AS id,"
    " max(json_extract(value, '$[1]')) AS at FROM json_each(?1) GROUP BY 1) AS u"
    " WHERE k.id = u.id AND (k.last_used_at IS NULL OR k.last_used_at <= u.at - ?2)"};

}  // namespace

result<access::KeyChanges> look_at_keys(Connection& db, std::optional<std::int64_t> since) {
  Execution row = db.run(kLook);
  row.bind(since.value_or(kBeforeAll));
  access::KeyChanges changes;
  while (row.step()) add_to_changes(changes, row);
  return changes;
}

result<std::optional<Key>> add_key(Connection& db, const Key& key) { return add_key_step(db, key); }

result<std::vector<Key>> list_keys(Connection& db, const std::optional<access::KeyCursor>& after,
                                   std::size_t limit) {
  Execution row = db.run(kList);
  std::optional<Timestamp> created_at;
  std::optional<KeyId> id;
  if (after) {
    created_at = after->created_at;
    id = after->id;
  }
  row.bind(created_at, id, std::uint64_t{limit});
  std::vector<Key> keys;
  while (row.step()) keys.push_back(read_key(row));
  return keys;
}

result<Key> revoke_key(Connection& db, const KeyId& id, Timestamp now) {
  return revoke_key_step(db, id, now);
}

result<Key> rotate_key(Connection& db, const KeyId& id, const access::Rotation& rotation) {
  return rotate_key_step(db, id, rotation);
}

result<void> note_keys_used(Connection& db, const std::vector<access::KeyUse>& uses) {
  nlohmann::json pairs = nlohmann::json::array();
  for (const access::KeyUse& use : uses) {
    pairs.push_back({std::string{use.id.view()}, use.at.time_since_epoch().count()});
  }
  Execution update = db.run(kNoteUsed);
  update.bind(pairs.dump(), std::chrono::milliseconds{kBetweenUses}.count());
  update.finish();
  return {};
}

}  // namespace curt::store::sqlite
