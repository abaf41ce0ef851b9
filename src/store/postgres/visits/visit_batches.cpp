#include "store/postgres/visits/visit_batches.hpp"

#include <map>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include "store/clean_text.hpp"
#include "store/postgres/pool/array_text.hpp"
#include "store/postgres/pool/in_transaction.hpp"
#include "store/postgres/visits/visit_details.hpp"
#include "store/visit_sums.hpp"

namespace curt::store::postgres {
namespace {

using visits::Applied;
using visits::Batch;
using visits::BatchId;
using visits::EpochId;

/// What names a batch in the database, in the order of its index.
using BatchKey = std::tuple<std::string, std::int64_t, std::int64_t>;  // epoch, ring, first

BatchKey key_of(const BatchId& id) { return {id.epoch.str(), id.ring, static_cast<std::int64_t>(id.first)}; }

BatchKey read_key(const pqxx::row& row) {
  return {row[0].c_str(), row[1].as<std::int64_t>(), row[2].as<std::int64_t>()};
}

std::set<BatchKey> read_keys(const pqxx::result& rows) {
  std::set<BatchKey> keys;
  for (const auto& row : rows) keys.insert(read_key(row));
  return keys;
}

/// Three columns: epochs, rings, first positions.
template <class Keys>
Parameters columns_of(const Keys& keys) {
  ArrayText epochs;
  ArrayText rings;
  ArrayText firsts;
  for (const BatchKey& key : keys) {
    epochs.add(std::get<0>(key));
    rings.add(std::get<1>(key));
    firsts.add(std::get<2>(key));
  }
  Parameters columns;
  for (ArrayText* column : {&epochs, &rings, &firsts}) columns.emplace_back(column->take());
  return columns;
}

/// Remembers these batches; those that are new. Whoever has one of them in another transaction is waited for.
std::set<BatchKey> insert_batches(Session& db, const std::vector<Batch>& batches) {
  std::map<BatchKey, std::int64_t> counts;
  for (const Batch& batch : batches) counts.emplace(key_of(batch.id), batch.id.positions);
  std::vector<BatchKey> keys;
  ArrayText count_column;
  for (const auto& [key, count] : counts) {
    keys.push_back(key);
    count_column.add(count);
  }
  Parameters columns = columns_of(keys);
  columns.emplace_back(count_column.take());
  return read_keys(db.run(VisitStatement::insert_batches, columns));
}

/// Takes those out that were forgotten since their origin confirmed them. To be asked after they were
/// inserted: a confirmation that came before is seen now, and one that comes later finds them in their place.
void forget_replays(Session& db, std::set<BatchKey>& fresh) {
  if (fresh.empty()) return;
  for (const BatchKey& replay : read_keys(db.run(VisitStatement::forget_replays, columns_of(fresh)))) {
    fresh.erase(replay);
  }
}

/// Adds sums to their rows; without a code or a span where the statement takes none.
void add(Session& db, VisitStatement statement, const std::vector<VisitSum>& sums, bool by_code,
         bool by_span) {
  ArrayText codes;
  ArrayText spans;
  ArrayText humans;
  ArrayText bots;
  for (const VisitSum& sum : sums) {
    if (by_code) codes.add(sum.code.view());
    if (by_span) spans.add(sum.span);
    humans.add(static_cast<std::int64_t>(sum.humans));
    bots.add(static_cast<std::int64_t>(sum.bots));
  }
  Parameters columns;
  if (by_code) columns.emplace_back(codes.take());
  if (by_span) columns.emplace_back(spans.take());
  columns.emplace_back(humans.take());
  columns.emplace_back(bots.take());
  db.run(statement, columns);
}

void add_to_rings(Session& db, const std::vector<const Batch*>& batches) {
  std::map<std::pair<std::string, std::int64_t>, std::int64_t> visits;
  for (const Batch* batch : batches) visits[{batch->id.epoch.str(), batch->id.ring}] += visits_in(*batch);
  ArrayText epochs;
  ArrayText rings;
  ArrayText counts;
  for (const auto& [ring, count] : visits) {
    epochs.add(ring.first);
    rings.add(ring.second);
    counts.add(count);
  }
  db.run(VisitStatement::add_to_rings, {epochs.take(), rings.take(), counts.take()});
}

/// What many transactions want to change comes last, so that they wait for each other shortly.
void count(Session& db, const std::vector<const Batch*>& batches) {
  const VisitSums sums = sum_up(batches);
  add(db, VisitStatement::add_daily, sums.days, true, true);
  add(db, VisitStatement::add_hourly, sums.hours, true, true);
  add(db, VisitStatement::add_totals, sums.totals, true, false);
  add(db, VisitStatement::add_all_daily, sums.all_days, false, true);
  add(db, VisitStatement::add_all_hourly, sums.all_hours, false, true);
  add_to_rings(db, batches);
}

}  // namespace

result<std::vector<Applied>> apply_batches(Session& db, const std::vector<Batch>& batches,
                                           const Counter& left_out) {
  if (batches.empty()) return std::vector<Applied>{};
  if (auto error = refuse(batches)) return *std::move(error);
  std::uint64_t without_partition = 0;
  auto outcome = in_transaction<std::vector<Applied>>(db, [&]() -> result<std::vector<Applied>> {
    std::set<BatchKey> fresh = insert_batches(db, batches);
    forget_replays(db, fresh);
    std::vector<Applied> applied;
    std::vector<const Batch*> to_count;
    for (const Batch& batch : batches) {
      const bool now = fresh.erase(key_of(batch.id)) == 1;
      applied.push_back(now ? Applied::now : Applied::before);
      if (now) to_count.push_back(&batch);
    }
    if (!to_count.empty()) {
      without_partition = insert_details(db, to_count);
      count(db, to_count);
    }
    return applied;
  });
  if (outcome) left_out.add(without_partition);
  return outcome;
}

result<void> give_up_batch(Session& db, const BatchId& id, std::uint64_t visits, const std::string& reason) {
  return in_transaction<void>(db, [&]() -> result<void> {
    const auto [epoch, ring, first] = key_of(id);
    const pqxx::result inserted =
        db.run(VisitStatement::give_batch_up, {epoch, std::to_string(ring), std::to_string(first),
                                               std::to_string(id.positions), clean_text(reason)});
    std::set<BatchKey> fresh;
    if (!inserted.empty()) fresh.insert(key_of(id));
    forget_replays(db, fresh);
    if (!fresh.empty()) {
      db.run(VisitStatement::add_given_up, {epoch, std::to_string(ring), std::to_string(visits)});
    }
    return {};
  });
}

result<std::vector<bool>> settled_batches(Session& db, const std::vector<BatchId>& ids) {
  std::vector<BatchKey> keys;
  keys.reserve(ids.size());
  for (const BatchId& id : ids) keys.push_back(key_of(id));
  std::vector<bool> settled(ids.size(), false);
  for (const auto& row : db.run(VisitStatement::find_settled, columns_of(keys))) {
    settled[row[0].as<std::size_t>() - 1] = true;
  }
  return settled;
}

result<void> confirm_batches(Session& db, const EpochId& epoch, std::uint16_t ring, std::uint64_t position) {
  return in_transaction<void>(db, [&]() -> result<void> {
    const Parameters parameters{epoch.str(), std::to_string(ring), std::to_string(position)};
    db.run(VisitStatement::confirm_batches, parameters);
    db.run(VisitStatement::forget_confirmed, parameters);
    return {};
  });
}

}  // namespace curt::store::postgres
