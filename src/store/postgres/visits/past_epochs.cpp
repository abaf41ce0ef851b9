#include "store/postgres/visits/past_epochs.hpp"

#include <string_view>

#include "store/postgres/pool/array_text.hpp"
#include "store/postgres/pool/in_transaction.hpp"
#include "store/postgres/pool/parameters.hpp"
#include "store/postgres/visits/upkeep.hpp"
#include "store/visit_sums.hpp"

namespace curt::store::postgres {
namespace {

/// Those of which nothing can come any more, and all that were not heard of for long.
constexpr Statement kFindPastEpochs{
    "find_past_epochs",
    "SELECT e.epoch FROM visit_epochs AS e WHERE e.folded_at IS NULL AND e.epoch <> ''"
    " AND (e.seen_at < $2 OR (e.seen_at < $1 AND e.closed AND e.accepted <= e.dropped"
    " + coalesce((SELECT sum(r.persisted + r.given_up) FROM visit_rings AS r WHERE r.epoch = e.epoch), 0)))"
    " ORDER BY e.seen_at LIMIT $3 FOR UPDATE"};

/// What adds to them waits until they are folded, and is in nobody's sum then.
constexpr Statement kLockPastRings{
    "lock_past_rings", "SELECT FROM visit_rings WHERE epoch = ANY ($1::text[]) FOR UPDATE", Charge::nothing};

// The epoch of the row of sums is the empty text. It is over, so that its figures are those of kSumEpochs.

constexpr Statement kAddPastEpochs{
    "add_past_epochs",
    "INSERT INTO visit_epochs AS t (epoch, host, opened_at, seen_at, accepted, dropped, undetailed, closed)"
    " SELECT '', '', 0, 0, sum(greatest(p.accepted, p.persisted + p.dropped))::bigint,"
    " sum(greatest(p.accepted - p.persisted, p.dropped))::bigint, sum(p.undetailed)::bigint, true"
    " FROM (SELECT e.accepted, e.dropped, e.undetailed, coalesce((SELECT sum(r.persisted)"
    " FROM visit_rings AS r WHERE r.epoch = e.epoch), 0) AS persisted FROM visit_epochs AS e"
    " WHERE e.epoch = ANY ($1::text[])) AS p WHERE true"
    " ON CONFLICT (epoch) DO UPDATE SET accepted = t.accepted + excluded.accepted,"
    " dropped = t.dropped + excluded.dropped, undetailed = t.undetailed + excluded.undetailed"};

constexpr Statement kAddPastRings{
    "add_past_rings",
    "INSERT INTO visit_rings AS t (epoch, ring, persisted)"
    " SELECT '', 0, coalesce(sum(r.persisted), 0)::bigint FROM visit_rings AS r"
    " WHERE r.epoch = ANY ($1::text[])"
    " ON CONFLICT (epoch, ring) DO UPDATE SET persisted = t.persisted + excluded.persisted"};

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

constexpr Statement kClearPastRings{
    "clear_past_rings", "UPDATE visit_rings SET persisted = 0, given_up = 0 WHERE epoch = ANY ($1::text[])"};

constexpr Statement kFoldEpochs{
    "fold_epochs",
    "UPDATE visit_epochs SET folded_at = $2, closed = true, accepted = 0, dropped = 0, undetailed = 0,"
    " pending_since = NULL WHERE epoch = ANY ($1::text[])"};

constexpr Statement kForgetRings{
    "forget_rings",
    "DELETE FROM visit_rings WHERE persisted = 0 AND given_up = 0"
    " AND epoch IN (SELECT e.epoch FROM visit_epochs AS e WHERE e.folded_at < $1)"};

constexpr Statement kForgetBatches{
    "forget_batches",
    "DELETE FROM visit_batches"
    " WHERE epoch IN (SELECT e.epoch FROM visit_epochs AS e WHERE e.folded_at < $1)"};

constexpr Statement kForgetEpochs{"forget_epochs", "DELETE FROM visit_epochs WHERE folded_at < $1"};

constexpr Statement kMoveEpochsFrom{
    "move_epochs_from", "UPDATE visit_upkeep SET epochs_from = greatest(epochs_from, $1::bigint)"};

}  // namespace

result<std::uint64_t> fold_epochs(Connection& db, Timestamp now, std::size_t limit) {
  return in_transaction<std::uint64_t>(db, [&]() -> result<std::uint64_t> {
    if (!has_upkeep_turn(db)) return 0;
    const pqxx::result past = db.run(
        kFindPastEpochs, {text_of(now - kFoldAfter), text_of(now - kKeepEpochs), std::to_string(limit)});
    if (past.empty()) return 0;
    ArrayText epochs;
    for (const auto& row : past) epochs.add(std::string_view{row[0].c_str()});
    const std::string which = epochs.take();
    for (const Statement& statement : {kLockPastRings, kAddPastEpochs, kAddPastRings, kCountLostEpochs,
                                       kRemoveEmptyEpochs, kClearPastRings}) {
      db.run(statement, {which});
    }
    db.run(kFoldEpochs, {which, text_of(now)});
    return static_cast<std::uint64_t>(past.size());
  });
}

result<std::uint64_t> forget_epochs(Connection& db, Timestamp now) {
  return in_transaction<std::uint64_t>(db, [&]() -> result<std::uint64_t> {
    if (!has_upkeep_turn(db)) return 0;
    const Parameters before{text_of(now - kKeepEpochs)};
    for (const Statement& statement : {kForgetRings, kForgetBatches}) db.run(statement, before);
    const auto forgotten = static_cast<std::uint64_t>(db.run(kForgetEpochs, before).affected_rows());
    if (forgotten > 0) db.run(kMoveEpochsFrom, before);
    return forgotten;
  });
}

}  // namespace curt::store::postgres
