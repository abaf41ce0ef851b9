#include "store/postgres/visit_store.hpp"

#include <utility>

#include "store/postgres/visits/batches.hpp"
#include "store/postgres/visits/epochs.hpp"
#include "store/postgres/visits/past_epochs.hpp"
#include "store/postgres/visits/periods.hpp"
#include "store/postgres/visits/reads.hpp"
#include "store/postgres/visits/top.hpp"
#include "store/postgres/visits/upkeep.hpp"
#include "store/queued/visit_store.hpp"

namespace curt::store::postgres {
namespace {

using visits::Applied;
using visits::BreakdownRow;

/// Some tens of milliseconds' work.
constexpr std::size_t kHoursAtOnce = 10'000;

class PostgresVisitStore final : public QueuedVisitStore<Connection> {
 public:
  PostgresVisitStore(Queues<Connection> queues, Metrics& metrics)
      : QueuedVisitStore(queues, kHoursAtOnce),
        left_out_(metrics.counter("curt_store_visit_details_left_out_total",
                                  "Visits that were counted and not kept one by one, since their day has no "
                                  "partition.",
                                  {{"store", "postgres"}})) {}

  awaitable<result<std::vector<Applied>>> apply(Call& call, std::vector<visits::Batch> batches) override {
    auto work = [left_out = left_out_, batches = std::move(batches)](Connection& db) {
      return apply_batches(db, batches, left_out);
    };
    return ask<std::vector<Applied>>(queues_.writes, call, std::move(work));
  }

  awaitable<result<std::vector<BreakdownRow>>> referrers(Call& call, ShortCode code, visits::HourRange range,
                                                         std::size_t limit) override {
    auto work = [code, range, limit](Connection& db) { return find_referrers(db, code, range, limit); };
    return ask<std::vector<BreakdownRow>>(queues_.lists, call, std::move(work));
  }

 private:
  Counter left_out_;
};

}  // namespace

std::unique_ptr<visits::VisitStore> make_visit_store(Queues<Connection> queues, Metrics& metrics) {
  return std::make_unique<PostgresVisitStore>(queues, metrics);
}

}  // namespace curt::store::postgres
