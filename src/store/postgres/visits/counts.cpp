#include "store/postgres/visits/counts.hpp"

#include <map>
#include <string>
#include <utility>

#include "store/postgres/connection/array_text.hpp"
#include "store/visit_sums.hpp"

namespace curt::store::postgres {
namespace {

using visits::Batch;

// Arrays come in the order of the rows' keys, and unnest keeps it, so that two of these never deadlock.

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
    " ON CONFLICT (epoch, ring) DO UPDATE SET persisted = t.persisted + excluded.persisted, past = false"};

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

}  // namespace

void count(Connection& db, const std::vector<const Batch*>& batches) {
  const VisitSums sums = sum_up(batches);
  add(db, kAddDaily, sums.days, true, true);
  add(db, kAddHourly, sums.hours, true, true);
  add(db, kAddTotals, sums.totals, true, false);
  add(db, kAddAllDaily, sums.all_days, false, true);
  add(db, kAddAllHourly, sums.all_hours, false, true);
  add_to_rings(db, batches);
}

}  // namespace curt::store::postgres
