#include "store/postgres/visits/batches.hpp"

#include <map>
#include <set>
#include <span>
#include <tuple>
#include <utility>

#include "store/clean_text.hpp"
#include "store/postgres/pool/array_text.hpp"
#include "store/postgres/pool/in_transaction.hpp"
#include "store/postgres/visits/details.hpp"
#include "store/visit_sums.hpp"

namespace curt::store::postgres {
namespace {

using visits::Applied;
using visits::Batch;
using visits::BatchId;
using visits::EpochId;

// Arrays come in the order of the rows' keys, and unnest keeps it, so that two of these never deadlock.

constexpr Statement kInsertBatches{
    "insert_batches",
    "INSERT INTO visit_batches (epoch, ring, first, count)"
    " SELECT n.epoch, n.ring, n.first, n.count"
    " FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[]) AS n (epoch, ring, first, count)"
    " ON CONFLICT DO NOTHING RETURNING epoch, ring, first"};

constexpr Statement kForgetReplays{
    "forget_replays",
    "DELETE FROM visit_batches AS b USING visit_rings AS r, unnest($1::text[], $2::integer[], $3::bigint[])"
    " AS n (epoch, ring, first) WHERE b.epoch = n.epoch AND b.ring = n.ring AND b.first = n.first"
    " AND r.epoch = n.epoch AND r.ring = n.ring AND n.first < r.confirmed"
    " RETURNING b.epoch, b.ring, b.first"};

constexpr Statement kAddTotals{
    "add_totals",
    "INSERT INTO visit_totals AS t (code, humans, bots)"
    " SELECT n.code, n.humans, n.bots FROM unnest($1::text[], $2::bigint[], $3::bigint[])"
    " AS n (code, humans, bots)"
    " ON CONFLICT (code) DO UPDATE SET humans = t.humans + excluded.humans, bots = t.bots + excluded.bots"};

constexpr Statement kAddHourly{
    "add_hourly",
    "INSERT INTO visit_hourly AS t (code, hour, humans, bots)"
    " SELECT n.code, n.hour, n.humans, n.bots"
    " FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[]) AS n (code, hour, humans, bots)"
    " ON CONFLICT (code, hour) DO UPDATE SET humans = t.humans + excluded.humans,"
    " bots = t.bots + excluded.bots"};

constexpr Statement kAddDaily{
    "add_daily",
    "INSERT INTO visit_daily AS t (code, day, humans, bots)"
    " SELECT n.code, n.day, n.humans, n.bots"
    " FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[]) AS n (code, day, humans, bots)"
    " ON CONFLICT (code, day) DO UPDATE SET humans = t.humans + excluded.humans,"
    " bots = t.bots + excluded.bots"};

// Connections are spread over the shards by their number.

constexpr Statement kAddAllHourly{
    "add_all_hourly",
    "INSERT INTO visit_all_hourly AS t (hour, shard, humans, bots)"
    " SELECT n.hour, pg_backend_pid() % 8, n.humans, n.bots"
    " FROM unnest($1::integer[], $2::bigint[], $3::bigint[]) AS n (hour, humans, bots)"
    " ON CONFLICT (hour, shard) DO UPDATE SET humans = t.humans + excluded.humans,"
    " bots = t.bots + excluded.bots"};

constexpr Statement kAddAllDaily{
    "add_all_daily",
    "INSERT INTO visit_all_daily AS t (day, shard, humans, bots)"
    " SELECT n.day, pg_backend_pid() % 8, n.humans, n.bots"
    " FROM unnest($1::integer[], $2::bigint[], $3::bigint[]) AS n (day, humans, bots)"
    " ON CONFLICT (day, shard) DO UPDATE SET humans = t.humans + excluded.humans,"
    " bots = t.bots + excluded.bots"};

constexpr Statement kAddToRings{
    "add_to_rings",
    "INSERT INTO visit_rings AS t (epoch, ring, persisted)"
    " SELECT n.epoch, n.ring, n.visits FROM unnest($1::text[], $2::integer[], $3::bigint[])"
    " AS n (epoch, ring, visits)"
    " ON CONFLICT (epoch, ring) DO UPDATE SET persisted = t.persisted + excluded.persisted"};

constexpr Statement kGiveBatchUp{
    "give_batch_up",
    "INSERT INTO visit_batches (epoch, ring, first, count, reason) VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT DO NOTHING RETURNING first"};

constexpr Statement kAddGivenUp{
    "add_given_up",
    "INSERT INTO visit_rings AS t (epoch, ring, given_up) VALUES ($1, $2, $3)"
    " ON CONFLICT (epoch, ring) DO UPDATE SET given_up = t.given_up + excluded.given_up"};

constexpr Statement kFindSettled{
    "find_settled",
    "SELECT n.position FROM unnest($1::text[], $2::integer[], $3::bigint[]) WITH ORDINALITY"
    " AS n (epoch, ring, first, position)"
    " WHERE EXISTS (SELECT FROM visit_batches AS b WHERE b.epoch = n.epoch AND b.ring = n.ring"
    " AND b.first = n.first) OR EXISTS (SELECT FROM visit_rings AS r WHERE r.epoch = n.epoch"
    " AND r.ring = n.ring AND n.first < r.confirmed)"};

constexpr Statement kConfirmBatches{
    "confirm_batches",
    "INSERT INTO visit_rings AS t (epoch, ring, confirmed) VALUES ($1, $2, $3)"
    " ON CONFLICT (epoch, ring) DO UPDATE SET confirmed = greatest(t.confirmed, excluded.confirmed)"};

constexpr Statement kForgetConfirmed{
    "forget_confirmed", "DELETE FROM visit_batches WHERE epoch = $1 AND ring = $2 AND first < $3"};

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

/// Remembers these batches and returns those that are new. Waits for other transactions that insert one of
/// them.
std::set<BatchKey> insert_batches(Connection& db, const std::vector<Batch>& batches) {
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
  return read_keys(db.run(kInsertBatches, columns));
}

/// Takes those out that were forgotten since their origin confirmed them. To be asked after they were
/// inserted: a confirmation that came before is seen now, and one that comes later finds them in their place.
void forget_replays(Connection& db, std::set<BatchKey>& fresh) {
  if (fresh.empty()) return;
  for (const BatchKey& replay : read_keys(db.run(kForgetReplays, columns_of(fresh)))) {
    fresh.erase(replay);
  }
}

/// Adds sums to their rows; without a code or a span where the statement takes none.
void add(Connection& db, const Statement& statement, const std::vector<VisitSum>& sums, bool by_code,
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

void add_to_rings(Connection& db, const std::vector<const Batch*>& batches) {
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
  db.run(kAddToRings, {epochs.take(), rings.take(), counts.take()});
}

/// Rows that many transactions change come last, so that they are locked shortly.
void count(Connection& db, const std::vector<const Batch*>& batches) {
  const VisitSums sums = sum_up(batches);
  add(db, kAddDaily, sums.days, true, true);
  add(db, kAddHourly, sums.hours, true, true);
  add(db, kAddTotals, sums.totals, true, false);
  add(db, kAddAllDaily, sums.all_days, false, true);
  add(db, kAddAllHourly, sums.all_hours, false, true);
  add_to_rings(db, batches);
}

}  // namespace

result<std::vector<Applied>> apply_batches(Connection& db, const std::vector<Batch>& batches,
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

result<void> give_up_batch(Connection& db, const BatchId& id, std::uint64_t visits,
                           const std::string& reason) {
  return in_transaction<void>(db, [&]() -> result<void> {
    const auto [epoch, ring, first] = key_of(id);
    const pqxx::result inserted = db.run(kGiveBatchUp, {epoch, std::to_string(ring), std::to_string(first),
                                                        std::to_string(id.positions), clean_text(reason)});
    std::set<BatchKey> fresh;
    if (!inserted.empty()) fresh.insert(key_of(id));
    forget_replays(db, fresh);
    if (!fresh.empty()) {
      db.run(kAddGivenUp, {epoch, std::to_string(ring), std::to_string(visits)});
    }
    return {};
  });
}

result<std::vector<bool>> settled_batches(Connection& db, const std::vector<BatchId>& ids) {
  std::vector<BatchKey> keys;
  keys.reserve(ids.size());
  for (const BatchId& id : ids) keys.push_back(key_of(id));
  std::vector<bool> settled(ids.size(), false);
  for (const auto& row : db.run(kFindSettled, columns_of(keys))) {
    settled[row[0].as<std::size_t>() - 1] = true;
  }
  return settled;
}

result<void> confirm_batches(Connection& db, const EpochId& epoch, std::uint16_t ring,
                             std::uint64_t position) {
  return in_transaction<void>(db, [&]() -> result<void> {
    const Parameters parameters{epoch.str(), std::to_string(ring), std::to_string(position)};
    db.run(kConfirmBatches, parameters);
    db.run(kForgetConfirmed, parameters);
    return {};
  });
}

}  // namespace curt::store::postgres
