#include "store/postgres/visit_store.hpp"

#include <utility>

#include "store/postgres/visits/visit_batches.hpp"
#include "store/postgres/visits/visit_epochs.hpp"
#include "store/postgres/visits/visit_reads.hpp"
#include "store/postgres/visits/visit_upkeep.hpp"

namespace curt::store::postgres {

using namespace visits;

namespace {

/// Some tens of milliseconds' work.
constexpr std::size_t kHoursAtOnce = 10'000;

}  // namespace

PostgresVisitStore::PostgresVisitStore(Pool& pool, Metrics& metrics)
    : writes_(pool.queue(LaneName::visits)),
      reads_(pool.queue(LaneName::read)),
      lists_(pool.queue(LaneName::list)),
      left_out_(metrics.counter("curt_store_visit_details_left_out_total",
                                "Visits that were counted and not kept one by one, since their day has no "
                                "partition.",
                                {{"store", "postgres"}})) {}

awaitable<result<std::vector<Applied>>> PostgresVisitStore::apply(Call& call, std::vector<Batch> batches) {
  auto work = [left_out = left_out_, batches = std::move(batches)](Session& db) {
    return apply_batches(db, batches, left_out);
  };
  return ask<std::vector<Applied>>(writes_, call, std::move(work));
}

awaitable<result<void>> PostgresVisitStore::give_up(Call& call, BatchId id, std::uint64_t visits,
                                                    std::string reason) {
  auto work = [id, visits, reason = std::move(reason)](Session& db) {
    return give_up_batch(db, id, visits, reason);
  };
  return ask<void>(writes_, call, std::move(work));
}

awaitable<result<std::vector<bool>>> PostgresVisitStore::settled(Call& call, std::vector<BatchId> ids) {
  auto work = [ids = std::move(ids)](Session& db) { return settled_batches(db, ids); };
  return ask<std::vector<bool>>(writes_, call, std::move(work));
}

awaitable<result<void>> PostgresVisitStore::confirm(Call& call, EpochId epoch, std::uint16_t ring,
                                                    std::uint64_t position) {
  auto work = [epoch, ring, position](Session& db) { return confirm_batches(db, epoch, ring, position); };
  return ask<void>(writes_, call, std::move(work));
}

awaitable<result<void>> PostgresVisitStore::report(Call& call, EpochReport report) {
  auto work = [report = std::move(report)](Session& db) { return report_epoch(db, report); };
  return ask<void>(writes_, call, std::move(work));
}

awaitable<result<Accounting>> PostgresVisitStore::accounting(Call& call, Timestamp lost_before) {
  auto work = [lost_before](Session& db) { return sum_epochs(db, lost_before); };
  return ask<Accounting>(lists_, call, std::move(work));
}

awaitable<result<std::vector<VisitTotals>>> PostgresVisitStore::totals(Call& call,
                                                                       std::vector<ShortCode> codes) {
  auto work = [codes = std::move(codes)](Session& db) { return find_visit_totals(db, codes); };
  return ask<std::vector<VisitTotals>>(reads_, call, std::move(work));
}

awaitable<result<Series>> PostgresVisitStore::series(Call& call, ShortCode code, HourRange range) {
  auto work = [code, range](Session& db) { return find_series(db, code, range); };
  return ask<Series>(lists_, call, std::move(work));
}

awaitable<result<VisitTotals>> PostgresVisitStore::grand_total(Call& call) {
  auto work = [](Session& db) { return sum_all_visits(db); };
  return ask<VisitTotals>(lists_, call, std::move(work));
}

awaitable<result<std::vector<TopLink>>> PostgresVisitStore::top(Call& call, std::optional<HourRange> range,
                                                                std::size_t limit) {
  auto work = [range, limit](Session& db) { return find_top(db, range, limit); };
  return ask<std::vector<TopLink>>(lists_, call, std::move(work));
}

awaitable<result<std::vector<BreakdownRow>>> PostgresVisitStore::referrers(Call& call, ShortCode code,
                                                                           HourRange range,
                                                                           std::size_t limit) {
  auto work = [code, range, limit](Session& db) { return find_referrers(db, code, range, limit); };
  return ask<std::vector<BreakdownRow>>(lists_, call, std::move(work));
}

awaitable<result<Timestamp>> PostgresVisitStore::now(Call& call) {
  auto work = [](Session& db) { return read_clock(db); };
  return ask<Timestamp>(lists_, call, std::move(work));
}

awaitable<result<MaintenanceReport>> PostgresVisitStore::maintain(Call& call, Retention retention,
                                                                  Timestamp now) {
  auto first = [retention, now](Session& db) { return keep_partitions(db, retention, now); };
  result<MaintenanceReport> report = co_await ask<MaintenanceReport>(writes_, call, std::move(first));
  bool more = report && report->had_turn;
  while (more) {
    auto next = [](Session& db) { return remove_hours(db, kHoursAtOnce); };
    const result<std::uint64_t> removed = co_await ask<std::uint64_t>(writes_, call, std::move(next));
    if (!removed) co_return removed.error();
    report->hours_removed += *removed;
    more = *removed == kHoursAtOnce;
  }
  co_return report;
}

}  // namespace curt::store::postgres
