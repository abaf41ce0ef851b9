#pragma once

#include "curt/visits/visit_store.hpp"

#include "store/job_queue.hpp"
#include "store/sqlite/connection/connection.hpp"

namespace curt::store::sqlite {

/// Visits in SQLite, over the threads of the links. It keeps none of them one by one.
class SqliteVisitStore final : public visits::VisitStore {
 public:
  /// The queues outlive it; `lists` is for reads that may take long.
  SqliteVisitStore(JobQueue<Connection>& writes, JobQueue<Connection>& reads, JobQueue<Connection>& lists)
      : writes_(writes), reads_(reads), lists_(lists) {}

  awaitable<result<std::vector<visits::Applied>>> apply(Call& call,
                                                        std::vector<visits::Batch> batches) override;
  awaitable<result<void>> give_up(Call& call, visits::BatchId id, std::uint64_t visits,
                                  std::string reason) override;
  awaitable<result<std::vector<bool>>> settled(Call& call, std::vector<visits::BatchId> ids) override;
  awaitable<result<void>> confirm(Call& call, visits::EpochId epoch, std::uint16_t ring,
                                  std::uint64_t position) override;
  awaitable<result<void>> report(Call& call, visits::EpochReport report) override;
  awaitable<result<visits::Accounting>> accounting(Call& call, Timestamp lost_before) override;
  awaitable<result<std::vector<visits::VisitTotals>>> totals(Call& call,
                                                             std::vector<ShortCode> codes) override;
  awaitable<result<visits::Series>> series(Call& call, ShortCode code, visits::HourRange range) override;
  awaitable<result<visits::VisitTotals>> grand_total(Call& call) override;
  awaitable<result<std::vector<visits::TopLink>>> top(Call& call, std::optional<visits::HourRange> range,
                                                      std::size_t limit) override;
  awaitable<result<std::vector<visits::BreakdownRow>>> referrers(Call& call, ShortCode code,
                                                                 visits::HourRange range,
                                                                 std::size_t limit) override;
  awaitable<result<Timestamp>> now(Call& call) override;
  awaitable<result<visits::MaintenanceReport>> maintain(Call& call, visits::Retention retention,
                                                        Timestamp now) override;

 private:
  JobQueue<Connection>& writes_;
  JobQueue<Connection>& reads_;
  JobQueue<Connection>& lists_;
};

}  // namespace curt::store::sqlite
