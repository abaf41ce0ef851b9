#include "store/postgres/visits/batches.hpp"

#include <array>
#include <cstddef>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "store/clean_text.hpp"
#include "store/postgres/connection/array_text.hpp"
#include "store/postgres/connection/in_transaction.hpp"
#include "store/postgres/connection/parameters.hpp"
#include "store/postgres/connection/row.hpp"
#include "store/postgres/visits/counts.hpp"
#include "store/postgres/visits/details.hpp"
#include "store/visit_rows.hpp"
#include "store/visit_sums.hpp"

namespace curt::store::postgres {
namespace {

using visits::Applied;
using visits::Batch;
using visits::BatchId;
using visits::EpochId;
using visits::EpochSeen;

// Arrays come in the order of the rows' keys, and unnest keeps it, so that two of these never deadlock.

constexpr Statement kInsertBatches{
    "insert_batches",
    "INSERT INTO visit_batches (epoch, ring, first, count)"
    " SELECT n.epoch, n.ring, n.first, n.count"
    " FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[]) AS n (epoch, ring, first, count)"
    " ON CONFLICT DO NOTHING RETURNING epoch, ring, first, count"};

/// Takes back what was inserted although it is confirmed, or of an epoch so old that no trace of it is left.
constexpr Statement kForgetReplays{
    "forget_replays",
    "DELETE FROM visit_batches AS b"
    " USING unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[], $5::bigint[])"
    " AS n (epoch, ring, first, count, begun_at)"
    " WHERE b.epoch = n.epoch AND b.ring = n.ring AND b.first = n.first AND b.count = n.count"
    " AND (EXISTS (SELECT FROM visit_rings AS r WHERE r.epoch = n.epoch AND r.ring = n.ring"
    " AND n.first + n.count <= r.confirmed)"
    " OR (n.begun_at < (SELECT epochs_from FROM visit_upkeep)"
    " AND NOT EXISTS (SELECT FROM visit_epochs AS e WHERE e.epoch = n.epoch)))"
    " RETURNING b.epoch, b.ring, b.first, b.count"};

/// The counted batches of a ring do not overlap, so that only the last two that begin before the end of the
/// new one can be in its way; it is one of them itself.
constexpr Statement kFindOverlaps{
    "find_overlaps",
    "SELECT n.epoch, n.ring, n.first, n.count"
    " FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[]) AS n (epoch, ring, first, count)"
    " WHERE EXISTS (SELECT FROM visit_rings AS r WHERE r.epoch = n.epoch AND r.ring = n.ring"
    " AND n.first < r.confirmed)"
    " OR EXISTS (SELECT FROM (SELECT b.first, b.count FROM visit_batches AS b WHERE b.epoch = n.epoch"
    " AND b.ring = n.ring AND b.first < n.first + n.count AND b.reason IS NULL"
    " ORDER BY b.first DESC, b.count DESC LIMIT 2) AS near"
    " WHERE near.first + near.count > n.first AND (near.first, near.count) <> (n.first, n.count)) LIMIT 1"};

constexpr Statement kGiveBatchUp{
    "give_batch_up",
    "INSERT INTO visit_batches (epoch, ring, first, count, reason) VALUES ($1, $2, $3, $4, $5)"
    " ON CONFLICT DO NOTHING RETURNING first"};

constexpr Statement kAddGivenUp{
    "add_given_up",
    "INSERT INTO visit_rings AS t (epoch, ring, given_up) VALUES ($1, $2, $3)"
    " ON CONFLICT (epoch, ring) DO UPDATE SET given_up = t.given_up + excluded.given_up, past = false"};

constexpr Statement kFindSettled{
    "find_settled",
    "SELECT n.position FROM unnest($1::text[], $2::integer[], $3::bigint[], $4::bigint[])"
    " WITH ORDINALITY AS n (epoch, ring, first, count, position)"
    " WHERE EXISTS (SELECT FROM visit_batches AS b WHERE b.epoch = n.epoch AND b.ring = n.ring"
    " AND b.first = n.first AND b.count = n.count)"
    " OR EXISTS (SELECT FROM visit_rings AS r WHERE r.epoch = n.epoch AND r.ring = n.ring"
    " AND n.first + n.count <= r.confirmed)"};

constexpr Statement kConfirmBatches{
    "confirm_batches",
    "INSERT INTO visit_rings AS t (epoch, ring, confirmed) VALUES ($1, $2, $3)"
    " ON CONFLICT (epoch, ring) DO UPDATE SET confirmed = greatest(t.confirmed, excluded.confirmed)"};

constexpr Statement kForgetConfirmed{
    "forget_confirmed", "DELETE FROM visit_batches WHERE epoch = $1 AND ring = $2 AND first + count <= $3"};

constexpr Statement kFindSeen{
    "find_seen",
    "SELECT -1::bigint, CASE WHEN $2 < (SELECT epochs_from FROM visit_upkeep)"
    " AND NOT EXISTS (SELECT FROM visit_epochs WHERE epoch = $1) THEN 1 ELSE 0 END::bigint"
    " UNION ALL SELECT -2, accepted FROM visit_epochs WHERE epoch = $1"
    " UNION ALL SELECT -3, coalesce(sum(persisted + given_up), 0)::bigint FROM visit_rings WHERE epoch = $1"
    " HAVING NOT EXISTS (SELECT 1 FROM visit_epochs WHERE epoch = $1 AND folded_at IS NOT NULL)"
    " UNION ALL SELECT ring, max(through) FROM ("
    "SELECT ring, confirmed AS through FROM visit_rings WHERE epoch = $1"
    " UNION ALL SELECT ring, first + count FROM visit_batches WHERE epoch = $1) AS t GROUP BY ring"};

/// What names a batch in the database, in the order of its index: epoch, ring, first, count.
using BatchKey = std::tuple<std::string, std::int64_t, std::int64_t, std::int64_t>;

BatchKey key_of(const BatchId& id) {
  return {id.epoch.str(), id.ring, static_cast<std::int64_t>(id.first), id.positions};
}

BatchKey read_key(const pqxx::row& row) {
  return {row[0].c_str(), row[1].as<std::int64_t>(), row[2].as<std::int64_t>(), row[3].as<std::int64_t>()};
}

std::set<BatchKey> read_keys(const pqxx::result& rows) {
  std::set<BatchKey> keys;
  for (const auto& row : rows) keys.insert(read_key(row));
  return keys;
}

/// Four columns: epochs, rings, first positions, numbers of positions.
template <class Keys>
Parameters columns_of(const Keys& keys) {
  std::array<ArrayText, 4> columns;
  for (const BatchKey& key : keys) {
    columns[0].add(std::get<0>(key));
    columns[1].add(std::get<1>(key));
    columns[2].add(std::get<2>(key));
    columns[3].add(std::get<3>(key));
  }
  Parameters parameters;
  for (ArrayText& column : columns) parameters.emplace_back(column.take());
  return parameters;
}

/// Remembers these batches and returns those that are new. Waits for other transactions that insert one of
/// them.
std::set<BatchKey> insert_batches(Connection& db, const std::vector<Batch>& batches) {
  std::set<BatchKey> keys;
  for (const Batch& batch : batches) keys.insert(key_of(batch.id));
  return read_keys(db.run(kInsertBatches, columns_of(keys)));
}

/// Takes replays out, which are not in visit_batches any more. To be asked after they were inserted: a
/// confirmation that came before is seen now, and one that comes later finds them in their place.
void forget_replays(Connection& db, std::set<BatchKey>& fresh, const std::map<BatchKey, Timestamp>& begun) {
  if (fresh.empty()) return;
  Parameters columns = columns_of(fresh);
  ArrayText times;
  for (const BatchKey& key : fresh) {
    const auto known = begun.find(key);
    times.add(known != begun.end() ? known->second : kLatestTimestamp);
  }
  columns.emplace_back(times.take());
  for (const BatchKey& replay : read_keys(db.run(kForgetReplays, columns))) fresh.erase(replay);
}

/// Whether one of these overlaps another one that is counted. Asked when the rows of their rings are locked,
/// as count() leaves them: the later one of two transactions then sees what the other has inserted.
bool have_overlaps(Connection& db, const std::set<BatchKey>& fresh) {
  return !db.run(kFindOverlaps, columns_of(fresh)).empty();
}

/// Whether each of these is settled: what was not inserted is, or begins where a counted one does.
bool are_settled(Connection& db, const std::set<BatchKey>& keys) {
  return keys.empty() ||
         static_cast<std::size_t>(db.run(kFindSettled, columns_of(keys)).size()) == keys.size();
}

}  // namespace

result<std::vector<Applied>> apply_batches(Connection& db, const std::vector<Batch>& batches,
                                           const Counter& left_out) {
  if (batches.empty()) return std::vector<Applied>{};
  if (auto error = refuse(batches)) return *std::move(error);
  std::uint64_t without_partition = 0;
  auto outcome = in_transaction<std::vector<Applied>>(db, [&]() -> result<std::vector<Applied>> {
    std::set<BatchKey> fresh = insert_batches(db, batches);
    std::map<BatchKey, Timestamp> begun;
    for (const Batch& batch : batches) begun.emplace(key_of(batch.id), batch.begun_at);
    std::set<BatchKey> known;
    for (const auto& [key, begun_at] : begun) {
      if (!fresh.contains(key)) known.insert(key);
    }
    if (!are_settled(db, known)) return overlap_error();
    forget_replays(db, fresh, begun);
    std::set<BatchKey> uncounted = fresh;
    std::vector<Applied> applied;
    std::vector<const Batch*> to_count;
    for (const Batch& batch : batches) {
      const bool now = uncounted.erase(key_of(batch.id)) == 1;
      applied.push_back(now ? Applied::now : Applied::before);
      if (now) to_count.push_back(&batch);
    }
    if (to_count.empty()) return applied;
    without_partition = insert_details(db, to_count);
    count(db, to_count);
    if (have_overlaps(db, fresh)) return overlap_error();
    return applied;
  });
  if (outcome) left_out.add(without_partition);
  return outcome;
}

result<void> give_up_batch(Connection& db, const BatchId& id, std::uint64_t visits,
                           const std::string& reason) {
  return in_transaction<void>(db, [&]() -> result<void> {
    const auto [epoch, ring, first, count] = key_of(id);
    const pqxx::result inserted =
        db.run(kGiveBatchUp, {epoch, text_of(ring), text_of(first), text_of(count), clean_text(reason)});
    std::set<BatchKey> fresh;
    if (!inserted.empty()) fresh.insert(key_of(id));
    forget_replays(db, fresh, {});
    if (!fresh.empty()) db.run(kAddGivenUp, {epoch, text_of(ring), std::to_string(visits)});
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

result<EpochSeen> find_seen(Connection& db, const EpochId& epoch, Timestamp opened_at) {
  EpochSeen seen;
  for (const auto& row : db.run(kFindSeen, {epoch.str(), text_of(opened_at)})) add_to_seen(seen, Row{row});
  return seen;
}

}  // namespace curt::store::postgres
