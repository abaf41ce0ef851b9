#include "store/postgres/visits/past_epochs.hpp"

#include <string>
#include <string_view>

#include "store/postgres/connection/array_text.hpp"
#include "store/postgres/connection/in_transaction.hpp"
#include "store/postgres/connection/parameters.hpp"
#include "store/postgres/visits/upkeep.hpp"
#include "store/visit_sums.hpp"

namespace curt::store::postgres {
namespace {

/// Those of which nothing can come any more, and all that were not heard of for long.
constexpr Statement kFindPastEpochs{
    "find_past_epochs",
    "SELECT e.epoch FROM visit_epochs AS e WHERE e.folded_at IS NULL AND e.epoch <> ''"
    " AND coalesce(e.told_at, e.seen_at) < $1 AND (coalesce(e.told_at, e.seen_at) < $2"
    " OR (e.closed AND e.accepted <= e.dropped"
    " + coalesce((SELECT sum(r.persisted + r.given_up) FROM visit_rings AS r WHERE r.epoch = e.epoch), 0)))"
    " ORDER BY coalesce(e.told_at, e.seen_at) LIMIT $3 FOR UPDATE"};

// The epoch of the row of sums is the empty text. It is over, so that kSumEpochs calls dropped what it
// accepted and has not persisted: less, when some of that is found.

constexpr Statement kAddPastEpochs{
    "add_past_epochs",
    "INSERT INTO visit_epochs AS t (epoch, host, opened_at, seen_at, accepted, dropped, undetailed, closed)"
    " SELECT '', '', 0, 0, sum(greatest(p.accepted, p.persisted + p.dropped))::bigint,"
    " 0, sum(p.undetailed)::bigint, true"
    " FROM (SELECT e.accepted, e.dropped, e.undetailed, coalesce((SELECT sum(r.persisted)"
    " FROM visit_rings AS r WHERE r.epoch = e.epoch), 0) AS persisted FROM visit_epochs AS e"
    " WHERE e.epoch = ANY ($1::text[])) AS p WHERE true"
    " ON CONFLICT (epoch) DO UPDATE SET accepted = t.accepted + excluded.accepted,"
    " undetailed = t.undetailed + excluded.undetailed"};

constexpr Statement kCountLostEpochs{
    "count_lost_epochs",
    "UPDATE visit_upkeep SET lost_epochs = lost_epochs + (SELECT count(*) FROM visit_epochs AS e"
    " WHERE NOT e.closed AND e.epoch = ANY ($1::text[]))"};

/// Without visits there is nothing to be told apart later.
constexpr Statement kRemoveEmptyEpochs{
    "remove_empty_epochs",
    "DELETE FROM visit_epochs WHERE accepted = 0 AND dropped = 0"
    " AND NOT EXISTS (SELECT 1 FROM visit_rings AS r WHERE r.epoch = visit_epochs.epoch)"
    " AND epoch = ANY ($1::text[])"};

constexpr Statement kFoldEpochs{
    "fold_epochs",
    "UPDATE visit_epochs SET folded_at = $2, closed = true, accepted = 0, dropped = 0, undetailed = 0,"
    " pending_since = NULL WHERE epoch = ANY ($1::text[])"};

// What comes of a ring while its figures are moved waits for the lock, and stays beside the row of sums.

constexpr Statement kLockPastRings{
    "lock_past_rings",
    "SELECT epoch, ring FROM visit_rings WHERE NOT past AND epoch = ANY ($1::text[])"
    " ORDER BY epoch, ring FOR UPDATE"};

constexpr Statement kAddPastRings{
    "add_past_rings",
    "INSERT INTO visit_rings AS t (epoch, ring, persisted)"
    " SELECT '', 0, coalesce(sum(r.persisted), 0)::bigint FROM visit_rings AS r"
    " JOIN unnest($1::text[], $2::integer[]) AS n (epoch, ring) ON r.epoch = n.epoch AND r.ring = n.ring"
    " ON CONFLICT (epoch, ring) DO UPDATE SET persisted = t.persisted + excluded.persisted"};

constexpr Statement kClearPastRings{
    "clear_past_rings",
    "UPDATE visit_rings AS r SET persisted = 0, given_up = 0, past = true"
    " FROM unnest($1::text[], $2::integer[]) AS n (epoch, ring) WHERE r.epoch = n.epoch AND r.ring = n.ring"};

constexpr Statement kFindOldEpochs{
    "find_old_epochs", "SELECT epoch FROM visit_epochs WHERE folded_at < $1 ORDER BY folded_at LIMIT $2"};

constexpr Statement kForgetRings{"forget_rings",
                                 "DELETE FROM visit_rings WHERE past AND epoch = ANY ($1::text[])"};

constexpr Statement kForgetBatches{"forget_batches",
                                   "DELETE FROM visit_batches WHERE epoch = ANY ($1::text[])"};

constexpr Statement kForgetEpochs{"forget_epochs", "DELETE FROM visit_epochs WHERE epoch = ANY ($1::text[])"};

constexpr Statement kMoveEpochsFrom{
    "move_epochs_from", "UPDATE visit_upkeep SET epochs_from = greatest(epochs_from, $1::bigint)"};

/// The first column.
std::string texts_of(const pqxx::result& rows) {
  ArrayText texts;
  for (const auto& row : rows) texts.add(std::string_view{row[0].c_str()});
  return texts.take();
}

/// Moves the figures of their rings into the row of sums.
void move_rings(Connection& db, const std::string& epochs) {
  const pqxx::result locked = db.run(kLockPastRings, {epochs});
  if (locked.empty()) return;
  ArrayText rings;
  for (const auto& row : locked) rings.add(row[1].as<std::int64_t>());
  const Parameters which{texts_of(locked), rings.take()};
  for (const Statement& statement : {kAddPastRings, kClearPastRings}) db.run(statement, which);
}

}  // namespace

result<std::uint64_t> fold_epochs(Connection& db, Timestamp now, std::size_t limit) {
  return in_transaction<std::uint64_t>(db, [&]() -> result<std::uint64_t> {
    if (!has_upkeep_turn(db)) return 0;
    const pqxx::result past = db.run(
        kFindPastEpochs, {text_of(now - kFoldAfter), text_of(now - kKeepEpochs), std::to_string(limit)});
    if (past.empty()) return 0;
    const std::string epochs = texts_of(past);
    for (const Statement& statement : {kAddPastEpochs, kCountLostEpochs, kRemoveEmptyEpochs}) {
      db.run(statement, {epochs});
    }
    move_rings(db, epochs);
    db.run(kFoldEpochs, {epochs, text_of(now)});
    return static_cast<std::uint64_t>(past.size());
  });
}

result<std::uint64_t> forget_epochs(Connection& db, Timestamp now, std::size_t limit) {
  return in_transaction<std::uint64_t>(db, [&]() -> result<std::uint64_t> {
    if (!has_upkeep_turn(db)) return 0;
    const std::string before = text_of(now - kKeepEpochs);
    const pqxx::result old = db.run(kFindOldEpochs, {before, std::to_string(limit)});
    if (old.empty()) return 0;
    const std::string epochs = texts_of(old);
    move_rings(db, epochs);
    for (const Statement& statement : {kForgetRings, kForgetBatches, kForgetEpochs}) {
      db.run(statement, {epochs});
    }
    db.run(kMoveEpochsFrom, {before});
    return static_cast<std::uint64_t>(old.size());
  });
}

}  // namespace curt::store::postgres
