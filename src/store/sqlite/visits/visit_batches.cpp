#include "store/sqlite/visits/visit_batches.hpp"

#include <optional>

#include "store/clean_text.hpp"
#include "store/visit_sums.hpp"

namespace curt::store::sqlite {
namespace {

using visits::Applied;
using visits::Batch;
using visits::BatchId;

std::int64_t number(std::uint64_t value) { return static_cast<std::int64_t>(value); }

bool is_confirmed(Connection& db, const BatchId& id) {
  Execution query = db.run(VisitStatement::find_confirmed);
  query.bind(id.epoch.str(), std::int64_t{id.ring});
  return query.step() && number(id.first) < query.integer(0);
}

/// False if the batch is done with already.
bool insert_batch(Connection& db, const BatchId& id, const std::optional<std::string>& reason) {
  if (is_confirmed(db, id)) return false;
  Execution insert = db.run(VisitStatement::insert_batch);
  insert.bind(id.epoch.str(), std::int64_t{id.ring}, number(id.first), std::int64_t{id.positions}, reason);
  return insert.finish() == 1;
}

void add_to_ring(Connection& db, const BatchId& id, std::int64_t persisted, std::int64_t given_up) {
  db.run(VisitStatement::add_to_ring)
      .bind(id.epoch.str(), std::int64_t{id.ring}, persisted, given_up)
      .finish();
}

void count(Connection& db, const std::vector<const Batch*>& batches) {
  const VisitSums sums = sum_up(batches);
  for (const VisitSum& sum : sums.totals) {
    db.run(VisitStatement::add_totals)
        .bind(std::string{sum.code.view()}, number(sum.humans), number(sum.bots))
        .finish();
  }
  for (const auto& [statement, rows] : {std::pair{VisitStatement::add_hourly, &sums.hours},
                                        std::pair{VisitStatement::add_daily, &sums.days}}) {
    for (const VisitSum& sum : *rows) {
      db.run(statement)
          .bind(std::string{sum.code.view()}, sum.span, number(sum.humans), number(sum.bots))
          .finish();
    }
  }
  for (const auto& [statement, rows] : {std::pair{VisitStatement::add_all_hourly, &sums.all_hours},
                                        std::pair{VisitStatement::add_all_daily, &sums.all_days}}) {
    for (const VisitSum& sum : *rows) {
      db.run(statement).bind(sum.span, number(sum.humans), number(sum.bots)).finish();
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

void give_up_batch(Connection& db, const BatchId& id, std::uint64_t visits, const std::string& reason) {
  if (insert_batch(db, id, clean_text(reason))) add_to_ring(db, id, 0, number(visits));
}

std::vector<bool> settled_batches(Connection& db, const std::vector<BatchId>& ids) {
  std::vector<bool> settled;
  for (const BatchId& id : ids) {
    Execution query = db.run(VisitStatement::find_batch);
    query.bind(id.epoch.str(), std::int64_t{id.ring}, number(id.first));
    settled.push_back(query.step() || is_confirmed(db, id));
  }
  return settled;
}

void confirm_batches(Connection& db, const visits::EpochId& epoch, std::uint16_t ring,
                     std::uint64_t position) {
  for (const auto statement : {VisitStatement::confirm_batches, VisitStatement::forget_confirmed}) {
    db.run(statement).bind(epoch.str(), std::int64_t{ring}, number(position)).finish();
  }
}

}  // namespace curt::store::sqlite
