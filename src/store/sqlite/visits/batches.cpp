#include "store/sqlite/visits/batches.hpp"

#include <optional>

#include "store/clean_text.hpp"
#include "store/visit_rows.hpp"
#include "store/visit_sums.hpp"

namespace curt::store::sqlite {
namespace {

using visits::Applied;
using visits::Batch;
using visits::BatchId;
using visits::EpochSeen;

constexpr Statement kInsertBatch{
    "insert_batch",
    "INSERT INTO visit_batches (epoch, ring, first, count, reason) VALUES (?1, ?2, ?3, ?4, ?5)"};

/// Whether it is confirmed, or of an epoch so old that no trace of it is left.
constexpr Statement kIsReplay{
    "is_replay",
    "SELECT EXISTS (SELECT 1 FROM visit_rings WHERE epoch = ?1 AND ring = ?2 AND confirmed >= ?3 + ?4)"
    " OR (?5 < (SELECT epochs_from FROM visit_upkeep)"
    " AND NOT EXISTS (SELECT 1 FROM visit_epochs WHERE epoch = ?1))"};

/// The counted batches of a ring do not overlap, so that only the last one that begins before the end of the
/// new one can be in its way.
constexpr Statement kOverlaps{
    "overlaps",
    "SELECT EXISTS (SELECT 1 FROM visit_rings WHERE epoch = ?1 AND ring = ?2 AND confirmed > ?3)"
    " OR EXISTS (SELECT 1 FROM (SELECT first, count FROM visit_batches WHERE epoch = ?1 AND ring = ?2"
    " AND first < ?3 + ?4 AND reason IS NULL ORDER BY first DESC LIMIT 1) WHERE first + count > ?3)"};

constexpr Statement kAddTotals{
    "add_totals",
    "INSERT INTO visit_totals (code, humans, bots) VALUES (?1, ?2, ?3) ON CONFLICT (code) DO UPDATE"
    " SET humans = humans + excluded.humans, bots = bots + excluded.bots"};

constexpr Statement kAddHourly{
    "add_hourly",
    "INSERT INTO visit_hourly (code, hour, humans, bots) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (code, hour)"
    " DO UPDATE SET humans = humans + excluded.humans, bots = bots + excluded.bots"};

constexpr Statement kAddDaily{
    "add_daily",
    "INSERT INTO visit_daily (code, day, humans, bots) VALUES (?1, ?2, ?3, ?4) ON CONFLICT (code, day)"
    " DO UPDATE SET humans = humans + excluded.humans, bots = bots + excluded.bots"};

constexpr Statement kAddAllHourly{
    "add_all_hourly",
    "INSERT INTO visit_all_hourly (hour, humans, bots) VALUES (?1, ?2, ?3) ON CONFLICT (hour) DO UPDATE"
    " SET humans = humans + excluded.humans, bots = bots + excluded.bots"};

constexpr Statement kAddAllDaily{
    "add_all_daily",
    "INSERT INTO visit_all_daily (day, humans, bots) VALUES (?1, ?2, ?3) ON CONFLICT (day) DO UPDATE"
    " SET humans = humans + excluded.humans, bots = bots + excluded.bots"};

constexpr Statement kAddToRing{
    "add_to_ring",
    "INSERT INTO visit_rings (epoch, ring, persisted, given_up) VALUES (?1, ?2, ?3, ?4)"
    " ON CONFLICT (epoch, ring) DO UPDATE SET persisted = persisted + excluded.persisted,"
    " given_up = given_up + excluded.given_up, past = 0"};

constexpr Statement kFindBatch{
    "find_batch", "SELECT 1 FROM visit_batches WHERE epoch = ?1 AND ring = ?2 AND first = ?3 AND count = ?4"};

constexpr Statement kConfirmBatches{
    "confirm_batches",
    "INSERT INTO visit_rings (epoch, ring, confirmed) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (epoch, ring) DO UPDATE SET confirmed = max(confirmed, excluded.confirmed)"};

constexpr Statement kForgetConfirmed{
    "forget_confirmed", "DELETE FROM visit_batches WHERE epoch = ?1 AND ring = ?2 AND first + count <= ?3"};

constexpr Statement kFindSeen{
    "find_seen",
    "SELECT -1, CASE WHEN ?2 < (SELECT epochs_from FROM visit_upkeep)"
    " AND NOT EXISTS (SELECT 1 FROM visit_epochs WHERE epoch = ?1) THEN 1 ELSE 0 END"
    " UNION ALL SELECT -2, accepted FROM visit_epochs WHERE epoch = ?1"
    " UNION ALL SELECT -3, coalesce(sum(persisted + given_up), 0) FROM visit_rings WHERE epoch = ?1"
    " HAVING NOT EXISTS (SELECT 1 FROM visit_epochs WHERE epoch = ?1 AND folded_at IS NOT NULL)"
    " UNION ALL SELECT ring, max(through) FROM ("
    "SELECT ring, confirmed AS through FROM visit_rings WHERE epoch = ?1"
    " UNION ALL SELECT ring, first + count FROM visit_batches WHERE epoch = ?1) GROUP BY ring"};

bool is_replay(Connection& db, const BatchId& id, Timestamp begun_at) {
  Execution query = db.run(kIsReplay);
  query.bind(id.epoch.str(), std::int64_t{id.ring}, id.first, std::int64_t{id.positions}, begun_at).step();
  return query.integer(0) == 1;
}

bool overlaps(Connection& db, const BatchId& id) {
  Execution query = db.run(kOverlaps);
  query.bind(id.epoch.str(), std::int64_t{id.ring}, id.first, std::int64_t{id.positions}).step();
  return query.integer(0) == 1;
}

/// Whether it is counted or given up.
bool is_done(Connection& db, const BatchId& id, Timestamp begun_at) {
  Execution query = db.run(kFindBatch);
  query.bind(id.epoch.str(), std::int64_t{id.ring}, id.first, std::int64_t{id.positions});
  return query.step() || is_replay(db, id, begun_at);
}

void insert_batch(Connection& db, const BatchId& id, const std::optional<std::string>& reason) {
  db.run(kInsertBatch)
      .bind(id.epoch.str(), std::int64_t{id.ring}, id.first, std::int64_t{id.positions}, reason)
      .finish();
}

void add_to_ring(Connection& db, const BatchId& id, std::uint64_t persisted, std::uint64_t given_up) {
  db.run(kAddToRing).bind(id.epoch.str(), std::int64_t{id.ring}, persisted, given_up).finish();
}

void count(Connection& db, const std::vector<const Batch*>& batches) {
  const VisitSums sums = sum_up(batches);
  for (const VisitSum& sum : sums.totals) {
    db.run(kAddTotals).bind(sum.code, sum.humans, sum.bots).finish();
  }
  for (const auto& [statement, rows] :
       {std::pair{kAddHourly, &sums.hours}, std::pair{kAddDaily, &sums.days}}) {
    for (const VisitSum& sum : *rows) {
      db.run(statement).bind(sum.code, sum.span, sum.humans, sum.bots).finish();
    }
  }
  for (const auto& [statement, rows] :
       {std::pair{kAddAllHourly, &sums.all_hours}, std::pair{kAddAllDaily, &sums.all_days}}) {
    for (const VisitSum& sum : *rows) {
      db.run(statement).bind(sum.span, sum.humans, sum.bots).finish();
    }
  }
  for (const Batch* batch : batches) add_to_ring(db, batch->id, visits_in(*batch), 0);
}

}  // namespace

result<std::vector<Applied>> apply_batches(Connection& db, const std::vector<Batch>& batches) {
  if (auto error = refuse(batches)) return *std::move(error);
  std::vector<Applied> applied;
  std::vector<const Batch*> to_count;
  for (const Batch& batch : batches) {
    const bool before = is_done(db, batch.id, batch.begun_at);
    applied.push_back(before ? Applied::before : Applied::now);
    if (before) continue;
    if (overlaps(db, batch.id)) return overlap_error();
    insert_batch(db, batch.id, std::nullopt);
    to_count.push_back(&batch);
  }
  count(db, to_count);
  return applied;
}

result<void> give_up_batch(Connection& db, const BatchId& id, std::uint64_t visits,
                           const std::string& reason) {
  if (is_done(db, id, kLatestTimestamp)) return {};
  insert_batch(db, id, clean_text(reason));
  add_to_ring(db, id, 0, visits);
  return {};
}

result<std::vector<bool>> settled_batches(Connection& db, const std::vector<BatchId>& ids) {
  std::vector<bool> settled;
  settled.reserve(ids.size());
  for (const BatchId& id : ids) settled.push_back(is_done(db, id, kLatestTimestamp));
  return settled;
}

result<void> confirm_batches(Connection& db, const visits::EpochId& epoch, std::uint16_t ring,
                             std::uint64_t position) {
  for (const Statement& statement : {kConfirmBatches, kForgetConfirmed}) {
    db.run(statement).bind(epoch.str(), std::int64_t{ring}, position).finish();
  }
  return {};
}

result<EpochSeen> find_seen(Connection& db, const visits::EpochId& epoch, Timestamp opened_at) {
  EpochSeen seen;
  Execution row = db.run(kFindSeen);
  row.bind(epoch.str(), opened_at);
  while (row.step()) add_to_seen(seen, row);
  return seen;
}

}  // namespace curt::store::sqlite
