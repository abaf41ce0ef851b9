#include "store/sqlite/visit_store.hpp"

#include <utility>

#include "store/queued/visit_store.hpp"
#include "store/sqlite/visits/batches.hpp"
#include "store/sqlite/visits/epochs.hpp"
#include "store/sqlite/visits/past_epochs.hpp"
#include "store/sqlite/visits/periods.hpp"
#include "store/sqlite/visits/reads.hpp"
#include "store/sqlite/visits/top.hpp"
#include "store/sqlite/visits/upkeep.hpp"

namespace curt::store::sqlite {
namespace {

using visits::Applied;
using visits::BreakdownRow;

/// Few, since every write waits for them.
constexpr std::size_t kHoursAtOnce = 2'000;

class SqliteVisitStore final : public QueuedVisitStore<Connection> {
 public:
  explicit SqliteVisitStore(Queues<Connection> queues) : QueuedVisitStore(queues, kHoursAtOnce) {}

  awaitable<result<std::vector<Applied>>> apply(Call& call, std::vector<visits::Batch> batches) override {
    auto work = [batches = std::move(batches)](Connection& db) { return apply_batches(db, batches); };
    return ask<std::vector<Applied>>(queues_.writes, call, std::move(work));
  }

  awaitable<result<std::vector<BreakdownRow>>> referrers(Call& /*call*/, ShortCode /*code*/,
                                                         visits::HourRange /*range*/,
                                                         std::size_t /*limit*/) override {
    Error error = invalid_field("group_by", "needs visits one by one, which SQLite does not keep");
    co_return error;
  }
};

}  // namespace

std::unique_ptr<visits::VisitStore> make_visit_store(Queues<Connection> queues) {
  return std::make_unique<SqliteVisitStore>(queues);
}

}  // namespace curt::store::sqlite
