#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "curt/visits/visit_store.hpp"

#include "store/job_queue.hpp"
#include "store/visit_period.hpp"

namespace curt::store {

/// The calls of visits::VisitStore as jobs in queues. `Db` is the store's connection, whose namespace
/// has functions that give a result<>:
///
///   give_up_batch, settled_batches, confirm_batches, find_seen, report_epoch, sum_epochs,
///   find_visit_totals, find_series, sum_all_visits, find_top, read_clock, begin_maintenance, remove_hours,
///   fold_epochs, forget_epochs, find_due_periods, roll_up
///
/// Left to the store: apply() and referrers().
template <class Db>
class QueuedVisitStore : public visits::VisitStore {
 public:
  /// The queues outlive it. maintain() removes so many rows of hours in one job.
  QueuedVisitStore(Queues<Db> queues, std::size_t hours_at_once)
      : queues_(queues), hours_at_once_(hours_at_once) {}

  awaitable<result<void>> give_up(Call& call, visits::BatchId id, std::uint64_t visits,
                                  std::string reason) override {
    auto work = [id, visits, reason = std::move(reason)](Db& db) {
      return give_up_batch(db, id, visits, reason);
    };
    return ask<void>(queues_.writes, call, std::move(work));
  }

  awaitable<result<std::vector<bool>>> settled(Call& call, std::vector<visits::BatchId> ids) override {
    auto work = [ids = std::move(ids)](Db& db) { return settled_batches(db, ids); };
    return ask<std::vector<bool>>(queues_.writes, call, std::move(work));
  }

  awaitable<result<void>> confirm(Call& call, visits::EpochId epoch, std::uint16_t ring,
                                  std::uint64_t position) override {
    auto work = [epoch, ring, position](Db& db) { return confirm_batches(db, epoch, ring, position); };
    return ask<void>(queues_.writes, call, std::move(work));
  }

  awaitable<result<visits::EpochSeen>> seen(Call& call, visits::EpochId epoch, Timestamp opened_at) override {
    auto work = [epoch, opened_at](Db& db) { return find_seen(db, epoch, opened_at); };
    return ask<visits::EpochSeen>(queues_.writes, call, std::move(work));
  }

  awaitable<result<void>> report(Call& call, visits::EpochReport report) override {
    auto work = [report = std::move(report)](Db& db) { return report_epoch(db, report); };
    return ask<void>(queues_.writes, call, std::move(work));
  }

  awaitable<result<visits::Accounting>> accounting(Call& call, Timestamp lost_before,
                                                   std::vector<visits::EpochReport> own) override {
    auto work = [lost_before, own = std::move(own)](Db& db) { return sum_epochs(db, lost_before, own); };
    return ask<visits::Accounting>(queues_.lists, call, std::move(work));
  }

  awaitable<result<std::vector<visits::VisitTotals>>> totals(Call& call,
                                                             std::vector<ShortCode> codes) override {
    auto work = [codes = std::move(codes)](Db& db) { return find_visit_totals(db, codes); };
    return ask<std::vector<visits::VisitTotals>>(queues_.reads, call, std::move(work));
  }

  awaitable<result<visits::Series>> series(Call& call, visits::VisitsOf links,
                                           visits::HourRange range) override {
    auto work = [links, range](Db& db) { return find_series(db, links, range); };
    return ask<visits::Series>(queues_.lists, call, std::move(work));
  }

  awaitable<result<visits::VisitTotals>> grand_total(Call& call, std::optional<KeyId> owner) override {
    auto work = [owner](Db& db) { return sum_all_visits(db, owner); };
    return ask<visits::VisitTotals>(queues_.lists, call, std::move(work));
  }

  awaitable<result<std::vector<visits::TopLink>>> top(Call& call, std::optional<visits::HourRange> range,
                                                      std::size_t limit,
                                                      std::optional<KeyId> owner) override {
    auto work = [range, limit, owner](Db& db) { return find_top(db, range, limit, owner); };
    return ask<std::vector<visits::TopLink>>(queues_.lists, call, std::move(work));
  }

  awaitable<result<Timestamp>> now(Call& call) override {
    auto work = [](Db& db) { return read_clock(db); };
    return ask<Timestamp>(queues_.lists, call, std::move(work));
  }

  /// The thread is left to other jobs between its steps.
  awaitable<result<visits::MaintenanceReport>> maintain(Call& call, visits::Retention retention,
                                                        Timestamp now) override {
    auto first = [retention, now](Db& db) { return begin_maintenance(db, retention, now); };
    auto report = co_await ask<visits::MaintenanceReport>(queues_.writes, call, std::move(first));
    if (!report || !report->had_turn) co_return report;
    Step hours = [limit = hours_at_once_](Db& db) { return remove_hours(db, limit); };
    const result<std::uint64_t> removed = co_await step_by_step(call, std::move(hours), hours_at_once_);
    if (!removed) co_return removed.error();
    report->hours_removed = *removed;
    Step epochs = [now](Db& db) { return fold_epochs(db, now, kEpochsAtOnce); };
    const result<std::uint64_t> folded = co_await step_by_step(call, std::move(epochs), kEpochsAtOnce);
    if (!folded) co_return folded.error();
    report->epochs_folded = *folded;
    Step forget = [now](Db& db) { return forget_epochs(db, now, kEpochsAtOnce); };
    const result<std::uint64_t> forgotten = co_await step_by_step(call, std::move(forget), kEpochsAtOnce);
    if (!forgotten) co_return forgotten.error();
    const result<std::uint64_t> summed = co_await sum_up_periods(call, now);
    if (!summed) co_return summed.error();
    report->periods_summed = *summed;
    co_return report;
  }

 protected:
  const Queues<Db> queues_;

 private:
  /// A part of the maintenance; how much of it was done.
  using Step = std::function<result<std::uint64_t>(Db&)>;

  static constexpr std::size_t kEpochsAtOnce = 200;
  /// What is left of `call` when nothing further is begun: what is too much for one call takes several.
  static constexpr std::chrono::seconds kReserve{15};

  /// Repeats a step until it has less to do than it may at once, or time is short; the sum of what was done.
  awaitable<result<std::uint64_t>> step_by_step(Call& call, Step step, std::size_t at_once) {
    std::uint64_t sum = 0;
    for (bool more = true; more && call.deadline.remaining() >= kReserve;) {
      Step one = step;
      const result<std::uint64_t> done = co_await ask<std::uint64_t>(queues_.writes, call, std::move(one));
      if (!done) co_return done.error();
      sum += *done;
      more = *done == at_once;
    }
    co_return sum;
  }

  /// The shorter periods first, since the longer ones are made of these. A period for each job.
  awaitable<result<std::uint64_t>> sum_up_periods(Call& call, Timestamp now) {
    std::uint64_t summed = 0;
    for (const std::int64_t days : kPeriodDays) {
      auto look = [days, now](Db& db) { return find_due_periods(db, days, now); };
      const result<std::vector<VisitPeriod>> due =
          co_await ask<std::vector<VisitPeriod>>(queues_.writes, call, std::move(look));
      if (!due) co_return due.error();
      for (const VisitPeriod period : *due) {
        if (call.deadline.remaining() < kReserve) co_return summed;
        auto work = [period](Db& db) { return roll_up(db, period); };
        const result<bool> had_turn = co_await ask<bool>(queues_.writes, call, std::move(work));
        if (!had_turn) co_return had_turn.error();
        if (!*had_turn) co_return summed;
        ++summed;
      }
    }
    co_return summed;
  }

  const std::size_t hours_at_once_;
};

}  // namespace curt::store
