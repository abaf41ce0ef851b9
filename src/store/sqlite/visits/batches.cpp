#include "store/sqlite/visits/batches.hpp"

#include <optional>

#include "store/clean_text.hpp"
#include "store/visit_sums.hpp"

namespace curt::store::sqlite {
namespace {

using visits::Applied;
using visits::Batch;
using visits::BatchId;

constexpr Statement kInsertBatch{
    "insert_batch",
    "INSERT INTO visit_batches (epoch, ring, first, count, reason) VALUES (?1, ?2, ?3, ?4, ?5)"
    " ON CONFLICT DO NOTHING"};

constexpr Statement kFindConfirmed{"find_confirmed",
                                   "SELECT confirmed FROM visit_rings WHERE epoch = ?1 AND ring = ?2"};

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
    " given_up = given_up + excluded.given_up"};

constexpr Statement kFindBatch{"find_batch",
                               "SELECT 1 FROM visit_batches WHERE epoch = ?1 AND ring = ?2 AND first = ?3"};

constexpr Statement kConfirmBatches{
    "confirm_batches",
    "INSERT INTO visit_rings (epoch, ring, confirmed) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (epoch, ring) DO UPDATE SET confirmed = max(confirmed, excluded.confirmed)"};

constexpr Statement kForgetConfirmed{
    "forget_confirmed", "DELETE FROM visit_batches WHERE epoch = ?1 AND ring = ?2 AND first < ?3"};

bool is_confirmed(Connection& db, const BatchId& id) {
  Execution query = db.run(kFindConfirmed);
  query.bind(id.epoch.str(), std::int64_t{id.ring});
  return query.step() && static_cast<std::int64_t>(id.first) < query.integer(0);
}

/// False if the batch is done with already.
bool insert_batch(Connection& db, const BatchId& id, const std::optional<std::string>& reason) {
  if (is_confirmed(db, id)) return false;
  Execution insert = db.run(kInsertBatch);
  insert.bind(id.epoch.str(), std::int64_t{id.ring}, id.first, std::int64_t{id.positions}, reason);
  return insert.finish() == 1;
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
    const bool now = insert_batch(db, batch.id, std::nullopt);
    applied.push_back(now ? Applied::now : Applied::before);
    if (now) to_count.push_back(&batch);
  }
  count(db, to_count);
  return applied;
}

result<void> give_up_batch(Connection& db, const BatchId& id, std::uint64_t visits,
                           const std::string& reason) {
  if (insert_batch(db, id, clean_text(reason))) add_to_ring(db, id, 0, visits);
  return {};
}

result<std::vector<bool>> settled_batches(Connection& db, const std::vector<BatchId>& ids) {
  std::vector<bool> settled;
  for (const BatchId& id : ids) {
    Execution query = db.run(kFindBatch);
    query.bind(id.epoch.str(), std::int64_t{id.ring}, id.first);
    settled.push_back(query.step() || is_confirmed(db, id));
  }
  return settled;
}

result<void> confirm_batches(Connection& db, const visits::EpochId& epoch, std::uint16_t ring,
                             std::uint64_t position) {
  for (const Statement& statement : {kConfirmBatches, kForgetConfirmed}) {
    db.run(statement).bind(epoch.str(), std::int64_t{ring}, position).finish();
  }
  return {};
}

}  // namespace curt::store::sqlite
