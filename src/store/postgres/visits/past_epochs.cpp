#include "store/postgres/visits/past_epochs.hpp"

#include <string_view>

#include "store/postgres/pool/array_text.hpp"
#include "store/postgres/pool/in_transaction.hpp"
#include "store/postgres/pool/parameters.hpp"
#include "store/postgres/visits/upkeep.hpp"
#include "store/visit_sums.hpp"

namespace curt::store::postgres {
namespace {

constexpr Statement kFindPastEpochs{
    "find_past_epochs",
    "SELECT epoch FROM visit_epochs WHERE closed AND NOT folded AND epoch <> '' AND seen_at < $1"
    " ORDER BY seen_at LIMIT $2 FOR UPDATE"};

// The epoch of the row of sums is the empty text. What was accepted there is all that was answered, and what
// was never delivered counts as dropped.

constexpr Statement kAddPastEpochs{
    "add_past_epochs",
    "INSERT INTO visit_epochs AS t (epoch, host, opened_at, seen_at, accepted, dropped, undetailed, closed)"
    " SELECT '', '', 0, 0, coalesce(sum(greatest(p.accepted, p.settled + p.dropped)), 0)::bigint,"
    " coalesce(sum(greatest(p.accepted - p.settled, p.dropped)), 0)::bigint, coalesce(sum(p.undetailed), 0)::bigint, true"
    " FROM (SELECT e.accepted, e.dropped, e.undetailed, coalesce((SELECT sum(r.persisted + r.given_up)"
    " FROM visit_rings AS r WHERE r.epoch = e.epoch), 0) AS settled FROM visit_epochs AS e"
    " WHERE e.epoch = ANY ($1::text[])) AS p WHERE true"
    " ON CONFLICT (epoch) DO UPDATE SET accepted = t.accepted + excluded.accepted,"
    " dropped = t.dropped + excluded.dropped, undetailed = t.undetailed + excluded.undetailed"};

constexpr Statement kAddPastRings{
    "add_past_rings",
    "INSERT INTO visit_rings AS t (epoch, ring, persisted, given_up)"
    " SELECT '', 0, coalesce(sum(r.persisted), 0)::bigint, coalesce(sum(r.given_up), 0)::bigint FROM visit_rings AS r"
    " WHERE r.epoch = ANY ($1::text[])"
    " ON CONFLICT (epoch, ring) DO UPDATE SET persisted = t.persisted + excluded.persisted,"
    " given_up = t.given_up + excluded.given_up"};

/// An epoch without visits needs no trace.
constexpr Statement kRemoveEmptyEpochs{
    "remove_empty_epochs",
    "DELETE FROM visit_epochs WHERE epoch = ANY ($1::text[]) AND accepted = 0 AND dropped = 0"
    " AND NOT EXISTS (SELECT 1 FROM visit_rings AS r WHERE r.epoch = visit_epochs.epoch)"};

constexpr Statement kRemovePastRings{"remove_past_rings",
                                     "DELETE FROM visit_rings WHERE epoch = ANY ($1::text[])"};

constexpr Statement kRemovePastBatches{"remove_past_batches",
                                       "DELETE FROM visit_batches WHERE epoch = ANY ($1::text[])"};

constexpr Statement kFoldEpochs{
    "fold_epochs",
    "UPDATE visit_epochs SET folded = true, accepted = 0, dropped = 0, undetailed = 0, pending_since = NULL"
    " WHERE epoch = ANY ($1::text[])"};

constexpr Statement kForgetEpochs{"forget_epochs", "DELETE FROM visit_epochs WHERE folded AND seen_at < $1"};

constexpr Statement kMoveEpochsFrom{"move_epochs_from",
                                    "UPDATE visit_upkeep SET epochs_from = greatest(epochs_from, $1::bigint)"};

void forget_old(Connection& db, Timestamp before) {
  const pqxx::result forgotten = db.run(kForgetEpochs, {text_of(before)});
  if (forgotten.affected_rows() > 0) db.run(kMoveEpochsFrom, {text_of(before)});
}

}  // namespace

result<std::uint64_t> fold_epochs(Connection& db, Timestamp now, std::size_t limit) {
  return in_transaction<std::uint64_t>(db, [&]() -> result<std::uint64_t> {
    if (!has_upkeep_turn(db)) return 0;
    forget_old(db, now - kForgetAfter);
    const pqxx::result past = db.run(kFindPastEpochs, {text_of(now - kFoldAfter), std::to_string(limit)});
    if (past.empty()) return 0;
    ArrayText epochs;
    for (const auto& row : past) epochs.add(std::string_view{row[0].c_str()});
    const Parameters which{epochs.take()};
    for (const Statement& statement : {kAddPastEpochs, kAddPastRings, kRemoveEmptyEpochs, kRemovePastRings, kRemovePastBatches,
                                     kFoldEpochs}) {
      db.run(statement, which);
    }
    return static_cast<std::uint64_t>(past.size());
  });
}

}  // namespace curt::store::postgres
