#include "store/sqlite/visits/past_epochs.hpp"

#include <string>

#include <nlohmann/json.hpp>

#include "store/visit_sums.hpp"

namespace curt::store::sqlite {
namespace {

/// Those of which nothing can come any more, and all that were not heard of for long.
constexpr Statement kFindPastEpochs{
    "find_past_epochs",
    "SELECT e.epoch FROM visit_epochs AS e WHERE e.folded_at IS NULL AND e.epoch <> ''"
    " AND coalesce(e.told_at, e.seen_at) < ?1 AND (coalesce(e.told_at, e.seen_at) < ?2"
    " OR (e.closed = 1 AND e.accepted <= e.dropped"
    " + coalesce((SELECT sum(r.persisted + r.given_up) FROM visit_rings AS r WHERE r.epoch = e.epoch), 0)))"
    " ORDER BY coalesce(e.told_at, e.seen_at) LIMIT ?3"};

// The epoch of the row of sums is the empty text. It is over, so that kSumEpochs calls dropped what it
// accepted and has not persisted: less, when some of that is found.

constexpr Statement kAddPastEpochs{
    "add_past_epochs",
    "INSERT INTO visit_epochs AS t (epoch, host, opened_at, seen_at, accepted, dropped, undetailed, closed)"
    " SELECT '', '', 0, 0, sum(max(p.accepted, p.persisted + p.dropped)),"
    " 0, sum(p.undetailed), 1"
    " FROM (SELECT e.accepted, e.dropped, e.undetailed, coalesce((SELECT sum(r.persisted)"
    " FROM visit_rings AS r WHERE r.epoch = e.epoch), 0) AS persisted FROM visit_epochs AS e"
    " WHERE e.epoch IN (SELECT value FROM json_each(?1))) AS p WHERE true"
    " ON CONFLICT (epoch) DO UPDATE SET accepted = t.accepted + excluded.accepted,"
    " undetailed = t.undetailed + excluded.undetailed"};

constexpr Statement kCountLostEpochs{
    "count_lost_epochs",
    "UPDATE visit_upkeep SET lost_epochs = lost_epochs + (SELECT count(*) FROM visit_epochs AS e"
    " WHERE e.closed = 0 AND e.epoch IN (SELECT value FROM json_each(?1)))"};

/// Without visits there is nothing to be told apart later.
constexpr Statement kRemoveEmptyEpochs{
    "remove_empty_epochs",
    "DELETE FROM visit_epochs WHERE accepted = 0 AND dropped = 0"
    " AND NOT EXISTS (SELECT 1 FROM visit_rings AS r WHERE r.epoch = visit_epochs.epoch)"
    " AND epoch IN (SELECT value FROM json_each(?1))"};

constexpr Statement kFoldEpochs{
    "fold_epochs",
    "UPDATE visit_epochs SET folded_at = ?2, closed = 1, accepted = 0, dropped = 0, undetailed = 0,"
    " pending_since = NULL WHERE epoch IN (SELECT value FROM json_each(?1))"};

constexpr Statement kAddPastRings{
    "add_past_rings",
    "INSERT INTO visit_rings AS t (epoch, ring, persisted)"
    " SELECT '', 0, coalesce(sum(r.persisted), 0) FROM visit_rings AS r"
    " WHERE r.past = 0 AND r.epoch IN (SELECT value FROM json_each(?1))"
    " ON CONFLICT (epoch, ring) DO UPDATE SET persisted = t.persisted + excluded.persisted"};

constexpr Statement kClearPastRings{"clear_past_rings",
                                    "UPDATE visit_rings SET persisted = 0, given_up = 0, past = 1"
                                    " WHERE past = 0 AND epoch IN (SELECT value FROM json_each(?1))"};

constexpr Statement kFindOldEpochs{
    "find_old_epochs", "SELECT epoch FROM visit_epochs WHERE folded_at < ?1 ORDER BY folded_at LIMIT ?2"};

constexpr Statement kForgetRings{
    "forget_rings", "DELETE FROM visit_rings WHERE past = 1 AND epoch IN (SELECT value FROM json_each(?1))"};

constexpr Statement kForgetBatches{
    "forget_batches", "DELETE FROM visit_batches WHERE epoch IN (SELECT value FROM json_each(?1))"};

constexpr Statement kForgetEpochs{
    "forget_epochs", "DELETE FROM visit_epochs WHERE epoch IN (SELECT value FROM json_each(?1))"};

constexpr Statement kMoveEpochsFrom{"move_epochs_from",
                                    "UPDATE visit_upkeep SET epochs_from = max(epochs_from, ?1)"};

/// Ends the query.
nlohmann::json epochs_of(Execution& row) {
  nlohmann::json epochs = nlohmann::json::array();
  while (row.step()) epochs.push_back(std::string{row.text(0)});
  return epochs;
}

}  // namespace

result<std::uint64_t> fold_epochs(Connection& db, Timestamp now, std::size_t limit) {
  nlohmann::json past;
  {
    Execution row = db.run(kFindPastEpochs);
    row.bind(Timestamp{now - kFoldAfter}, Timestamp{now - kKeepEpochs}, std::uint64_t{limit});
    past = epochs_of(row);
  }
  if (past.empty()) return 0;
  const std::string epochs = past.dump();
  for (const Statement& statement :
       {kAddPastEpochs, kCountLostEpochs, kRemoveEmptyEpochs, kAddPastRings, kClearPastRings}) {
    db.run(statement).bind(epochs).finish();
  }
  db.run(kFoldEpochs).bind(epochs, now).finish();
  return static_cast<std::uint64_t>(past.size());
}

result<std::uint64_t> forget_epochs(Connection& db, Timestamp now, std::size_t limit) {
  const Timestamp before = now - kKeepEpochs;
  nlohmann::json old;
  {
    Execution row = db.run(kFindOldEpochs);
    row.bind(before, std::uint64_t{limit});
    old = epochs_of(row);
  }
  if (old.empty()) return 0;
  const std::string epochs = old.dump();
  for (const Statement& statement :
       {kAddPastRings, kClearPastRings, kForgetRings, kForgetBatches, kForgetEpochs}) {
    db.run(statement).bind(epochs).finish();
  }
  db.run(kMoveEpochsFrom).bind(before).finish();
  return static_cast<std::uint64_t>(old.size());
}

}  // namespace curt::store::sqlite
