#include "store/sqlite/visit_store.hpp"

#include <utility>

#include "store/sqlite/visits/visit_batches.hpp"
#include "store/sqlite/visits/visit_figures.hpp"

namespace curt::store::sqlite {

using namespace visits;

namespace {

/// Few, since every write waits for them.
constexpr std::size_t kHoursAtOnce = 2'000;

}  // namespace

awaitable<result<std::vector<Applied>>> SqliteVisitStore::apply(Call& call, std::vector<Batch> batches) {
  auto work = [batches = std::move(batches)](Connection& db) { return apply_batches(db, batches); };
  return ask<std::vector<Applied>>(writes_, call, std::move(work));
}

awaitable<result<void>> SqliteVisitStore::give_up(Call& call, BatchId id, std::uint64_t visits,
                                                  std::string reason) {
  auto work = [id, visits, reason = std::move(reason)](Connection& db) {
    give_up_batch(db, id, visits, reason);
    return result<void>{};
  };
  return ask<void>(writes_, call, std::move(work));
}

awaitable<result<std::vector<bool>>> SqliteVisitStore::settled(Call& call, std::vector<BatchId> ids) {
  auto work = [ids = std::move(ids)](Connection& db) -> result<std::vector<bool>> {
    return settled_batches(db, ids);
  };
  return ask<std::vector<bool>>(writes_, call, std::move(work));
}

awaitable<result<void>> SqliteVisitStore::confirm(Call& call, EpochId epoch, std::uint16_t ring,
                                                  std::uint64_t position) {
  auto work = [epoch, ring, position](Connection& db) {
    confirm_batches(db, epoch, ring, position);
    return result<void>{};
  };
  return ask<void>(writes_, call, std::move(work));
}

awaitable<result<void>> SqliteVisitStore::report(Call& call, EpochReport report) {
  auto work = [report = std::move(report)](Connection& db) {
    report_epoch(db, report);
    return result<void>{};
  };
  return ask<void>(writes_, call, std::move(work));
}

awaitable<result<Accounting>> SqliteVisitStore::accounting(Call& call, Timestamp lost_before) {
  auto work = [lost_before](Connection& db) -> result<Accounting> { return sum_epochs(db, lost_before); };
  return ask<Accounting>(lists_, call, std::move(work));
}

awaitable<result<std::vector<VisitTotals>>> SqliteVisitStore::totals(Call& call,
                                                                     std::vector<ShortCode> codes) {
  auto work = [codes = std::move(codes)](Connection& db) -> result<std::vector<VisitTotals>> {
    return find_visit_totals(db, codes);
  };
  return ask<std::vector<VisitTotals>>(reads_, call, std::move(work));
}

awaitable<result<Series>> SqliteVisitStore::series(Call& call, ShortCode code, HourRange range) {
  auto work = [code, range](Connection& db) -> result<Series> { return find_series(db, code, range); };
  return ask<Series>(lists_, call, std::move(work));
}

awaitable<result<VisitTotals>> SqliteVisitStore::grand_total(Call& call) {
  auto work = [](Connection& db) -> result<VisitTotals> { return sum_all_visits(db); };
  return ask<VisitTotals>(lists_, call, std::move(work));
}

awaitable<result<std::vector<TopLink>>> SqliteVisitStore::top(Call& call, std::optional<HourRange> range,
                                                              std::size_t limit) {
  auto work = [range, limit](Connection& db) -> result<std::vector<TopLink>> {
    return find_top(db, range, limit);
  };
  return ask<std::vector<TopLink>>(lists_, call, std::move(work));
}

awaitable<result<std::vector<BreakdownRow>>> SqliteVisitStore::referrers(Call&, ShortCode, HourRange,
                                                                         std::size_t) {
  Error error = invalid_field("group_by", "needs visits one by one, which SQLite does not keep");
  co_return error;
}

awaitable<result<Timestamp>> SqliteVisitStore::now(Call& call) {
  auto work = [](Connection& db) -> result<Timestamp> { return read_clock(db); };
  return ask<Timestamp>(lists_, call, std::move(work));
}

awaitable<result<MaintenanceReport>> SqliteVisitStore::maintain(Call& call, Retention retention,
                                                                Timestamp now) {
  auto first = [retention, now](Connection& db) -> result<void> {
    begin_hourly_from(db, retention, now);
    return {};
  };
  const result<void> begun = co_await ask<void>(writes_, call, std::move(first));
  if (!begun) co_return begun.error();
  MaintenanceReport report;
  bool more = true;
  while (more) {
    auto next = [](Connection& db) -> result<std::uint64_t> { return remove_hours(db, kHoursAtOnce); };
    const result<std::uint64_t> removed = co_await ask<std::uint64_t>(writes_, call, std::move(next));
    if (!removed) co_return removed.error();
    report.hours_removed += *removed;
    more = *removed == kHoursAtOnce;
  }
  co_return report;
}

}  // namespace curt::store::sqlite
