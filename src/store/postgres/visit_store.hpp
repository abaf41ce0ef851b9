#pragma once

#include "curt/base/metrics.hpp"
#include "curt/visits/visit_store.hpp"

#include "store/postgres/pool/pool.hpp"

namespace curt::store::postgres {

/// Visits in PostgreSQL, over the pool of the links.
class PostgresVisitStore final : public visits::VisitStore {
 public:
  /// `pool` outlives it.
  PostgresVisitStore(Pool& pool, Metrics& metrics);

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
  JobQueue<Session>& writes_;
  JobQueue<Session>& reads_;
  JobQueue<Session>& lists_;
  Counter left_out_;
};

}  // namespace curt::store::postgres
