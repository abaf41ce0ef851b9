#include "store/sqlite/visits/past_epochs.hpp"

#include <nlohmann/json.hpp>

#include "store/visit_sums.hpp"

namespace curt::store::sqlite {
namespace {

constexpr Statement kFindPastEpochs{
    "find_past_epochs",
    "SELECT epoch FROM visit_epochs WHERE closed = 1 AND folded = 0 AND epoch <> '' AND seen_at < ?1"
    " ORDER BY seen_at LIMIT ?2"};

// The epoch of the row of sums is the empty text. What was accepted there is all that was answered, and what
// was never delivered counts as dropped.

constexpr Statement kAddPastEpochs{
    "add_past_epochs",
    "INSERT INTO visit_epochs AS t (epoch, host, opened_at, seen_at, accepted, dropped, undetailed, closed)"
    " SELECT '', '', 0, 0, coalesce(sum(max(p.accepted, p.settled + p.dropped)), 0),"
    " coalesce(sum(max(p.accepted - p.settled, p.dropped)), 0), coalesce(sum(p.undetailed), 0), 1"
    " FROM (SELECT e.accepted, e.dropped, e.undetailed, coalesce((SELECT sum(r.persisted + r.given_up)"
    " FROM visit_rings AS r WHERE r.epoch = e.epoch), 0) AS settled FROM visit_epochs AS e"
    " WHERE e.epoch IN (SELECT value FROM json_each(?1))) AS p WHERE true"
    " ON CONFLICT (epoch) DO UPDATE SET accepted = t.accepted + excluded.accepted,"
    " dropped = t.dropped + excluded.dropped, undetailed = t.undetailed + excluded.undetailed"};

constexpr Statement kAddPastRings{
    "add_past_rings",
    "INSERT INTO visit_rings AS t (epoch, ring, persisted, given_up)"
    " SELECT '', 0, coalesce(sum(r.persisted), 0), coalesce(sum(r.given_up), 0) FROM visit_rings AS r"
    " WHERE r.epoch IN (SELECT value FROM json_each(?1))"
    " ON CONFLICT (epoch, ring) DO UPDATE SET persisted = t.persisted + excluded.persisted,"
    " given_up = t.given_up + excluded.given_up"};

/// An epoch without visits needs no trace.
constexpr Statement kRemoveEmptyEpochs{
    "remove_empty_epochs",
    "DELETE FROM visit_epochs WHERE epoch IN (SELECT value FROM json_each(?1)) AND accepted = 0 AND dropped = 0"
    " AND NOT EXISTS (SELECT 1 FROM visit_rings AS r WHERE r.epoch = visit_epochs.epoch)"};

constexpr Statement kRemovePastRings{"remove_past_rings",
                                     "DELETE FROM visit_rings WHERE epoch IN (SELECT value FROM json_each(?1))"};

constexpr Statement kRemovePastBatches{"remove_past_batches",
                                       "DELETE FROM visit_batches WHERE epoch IN (SELECT value FROM json_each(?1))"};

constexpr Statement kFoldEpochs{
    "fold_epochs",
    "UPDATE visit_epochs SET folded = 1, accepted = 0, dropped = 0, undetailed = 0, pending_since = NULL"
    " WHERE epoch IN (SELECT value FROM json_each(?1))"};

constexpr Statement kForgetEpochs{"forget_epochs", "DELETE FROM visit_epochs WHERE folded = 1 AND seen_at < ?1"};

constexpr Statement kMoveEpochsFrom{"move_epochs_from",
                                    "UPDATE visit_upkeep SET epochs_from = max(epochs_from, ?1)"};

void forget_old(Connection& db, Timestamp before) {
  if (db.run(kForgetEpochs).bind(before).finish() > 0) db.run(kMoveEpochsFrom).bind(before).finish();
}

}  // namespace

result<std::uint64_t> fold_epochs(Connection& db, Timestamp now, std::size_t limit) {
  forget_old(db, now - kForgetAfter);
  nlohmann::json epochs = nlohmann::json::array();
  {
    Execution row = db.run(kFindPastEpochs);
    row.bind(Timestamp{now - kFoldAfter}, std::uint64_t{limit});
    while (row.step()) epochs.push_back(std::string{row.text(0)});
  }
  if (epochs.empty()) return 0;
  const std::string which = epochs.dump();
  for (const Statement& statement : {kAddPastEpochs, kAddPastRings, kRemoveEmptyEpochs, kRemovePastRings, kRemovePastBatches,
                                     kFoldEpochs}) {
    db.run(statement).bind(which).finish();
  }
  return static_cast<std::uint64_t>(epochs.size());
}

}  // namespace curt::store::sqlite
