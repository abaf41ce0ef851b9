#include "support/fakes/fake_visit_store.hpp"

#include <algorithm>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace curt::test {
namespace {

using namespace curt::visits;

Error error_of(ErrorCode code) {
  Error error;
  error.code = code;
  error.detail = "staged";
  return error;
}

}  // namespace

std::uint64_t FakeVisitStore::total() const {
  std::uint64_t sum = 0;
  for (const auto& [code, count] : counts()) sum += count;
  return sum;
}

std::uint64_t FakeVisitStore::confirmed(EpochId epoch, std::uint16_t ring) const {
  const std::lock_guard lock{mutex_};
  const auto found = confirmed_.find({epoch, ring});
  return found == confirmed_.end() ? 0 : found->second;
}

void FakeVisitStore::reach(std::string_view step) {
  FaultPoint point;
  {
    const std::lock_guard lock{mutex_};
    point = point_;
  }
  visits::reach(point, step);
}

awaitable<std::optional<Error>> FakeVisitStore::begin(Call& call) {
  ++call.statements;
  const Executor executor = co_await net::this_coro::executor;
  co_await net::post(executor, use_awaitable);
  while (hanging_ && !call.deadline.passed()) {
    net::steady_timer timer{executor, std::chrono::milliseconds{2}};
    co_await timer.async_wait(use_awaitable);
  }
  if (hanging_) co_return error_of(ErrorCode::deadline_exceeded);
  const auto failure = get(failure_);
  if (failure) co_return error_of(*failure);
  co_return std::nullopt;
}

bool FakeVisitStore::is_settled(const BatchId& id) const {
  const auto confirmed = confirmed_.find({id.epoch, id.ring});
  return settled_.contains(id) || (confirmed != confirmed_.end() && id.end() <= confirmed->second);
}

bool FakeVisitStore::overlaps(const BatchId& id) const {
  const auto confirmed = confirmed_.find({id.epoch, id.ring});
  if (confirmed != confirmed_.end() && id.first < confirmed->second) return true;
  return std::any_of(counted_.begin(), counted_.end(), [&](const BatchId& other) {
    return other.epoch == id.epoch && other.ring == id.ring && other.first < id.end() &&
           id.first < other.end();
  });
}

awaitable<result<std::vector<Applied>>> FakeVisitStore::apply(Call& call, std::vector<Batch> batches) {
  const auto failure = co_await begin(call);
  if (failure) co_return *failure;
  reach("store: apply");
  std::vector<Applied> answers;
  bool answer_lost = false;
  {
    const std::lock_guard lock{mutex_};
    ++applies_;
    if (refused_ && std::any_of(batches.begin(), batches.end(), refused_)) {
      co_return error_of(ErrorCode::invalid_value);
    }
    if (failing_ && std::any_of(batches.begin(), batches.end(), failing_)) {
      co_return error_of(ErrorCode::unavailable);
    }
    for (const Batch& batch : batches) {
      if (!is_settled(batch.id) && overlaps(batch.id)) co_return error_of(ErrorCode::invalid_value);
    }
    for (const Batch& batch : batches) {
      const bool before = is_settled(batch.id);
      if (before && !settled_.contains(batch.id)) ++late_replays_;
      answers.push_back(before ? Applied::before : Applied::now);
      if (before) continue;
      settled_.insert(batch.id);
      counted_.insert(batch.id);
      visits_settled_[batch.id.epoch] += batch.visits();
      for (const VisitCount& count : batch.counts) {
        counts_[std::string{count.code.view()}] += count.humans + count.bots;
      }
      details_ += batch.details.size();
    }
    answer_lost = lost_answers_ > 0;
    if (answer_lost) --lost_answers_;
  }
  reach("store: applied");
  if (answer_lost) co_return error_of(ErrorCode::outcome_unknown);
  co_return answers;
}

awaitable<result<void>> FakeVisitStore::give_up(Call& call, BatchId id, std::uint64_t visits, std::string) {
  const auto failure = co_await begin(call);
  if (failure) co_return *failure;
  reach("store: give up");
  set([&] {
    if (is_settled(id)) return;
    settled_.insert(id);
    given_up_ += visits;
    visits_settled_[id.epoch] += visits;
  });
  reach("store: given up");
  co_return result<void>{};
}

awaitable<result<std::vector<bool>>> FakeVisitStore::settled(Call& call, std::vector<BatchId> ids) {
  const auto failure = co_await begin(call);
  if (failure) co_return *failure;
  reach("store: settled");
  const std::lock_guard lock{mutex_};
  std::vector<bool> answers;
  for (const BatchId& id : ids) answers.push_back(is_settled(id));
  co_return answers;
}

awaitable<result<void>> FakeVisitStore::confirm(Call& call, EpochId epoch, std::uint16_t ring,
                                                std::uint64_t position) {
  const auto failure = co_await begin(call);
  if (failure) co_return *failure;
  reach("store: confirm");
  set([&] {
    std::uint64_t& known = confirmed_[{epoch, ring}];
    known = std::max(known, position);
    for (auto* batches : {&settled_, &counted_}) {
      std::erase_if(*batches, [&](const BatchId& id) {
        return id.epoch == epoch && id.ring == ring && id.end() <= known;
      });
    }
  });
  reach("store: confirmed");
  co_return result<void>{};
}

awaitable<result<EpochSeen>> FakeVisitStore::seen(Call& call, EpochId epoch, Timestamp opened_at) {
  const auto failure = co_await begin(call);
  if (failure) co_return *failure;
  reach("store: seen");
  const std::lock_guard lock{mutex_};
  EpochSeen seen;
  const auto report = reports_.find(epoch);
  if (report != reports_.end()) seen.accepted = report->second.accepted;
  const auto visits = visits_settled_.find(epoch);
  seen.settled = visits != visits_settled_.end() ? visits->second : 0;
  seen.forgotten = !reports_.contains(epoch) && opened_at < remembers_from_;
  for (const auto& [ring, position] : confirmed_) {
    if (ring.first == epoch) seen.through[ring.second] = position;
  }
  for (const BatchId& id : settled_) {
    if (id.epoch == epoch) seen.through[id.ring] = std::max(seen.through[id.ring], id.end());
  }
  co_return seen;
}

awaitable<result<void>> FakeVisitStore::report(Call& call, EpochReport report) {
  const auto failure = co_await begin(call);
  if (failure) co_return *failure;
  reach("store: report");
  set([&] {
    EpochReport& known = reports_[report.epoch];
    if (!known.closed) known = report;
  });
  reach("store: reported");
  co_return result<void>{};
}

awaitable<result<Timestamp>> FakeVisitStore::now(Call& call) {
  set([&] { ++clock_reads_; });
  const auto failure = co_await begin(call);
  if (failure) co_return *failure;
  co_return get(now_);
}

awaitable<result<MaintenanceReport>> FakeVisitStore::maintain(Call& call, Retention, Timestamp now) {
  set([&] {
    ++maintained_;
    maintained_at_ = now;
  });
  const auto failure = co_await begin(call);
  if (failure) co_return *failure;
  MaintenanceReport done;
  co_return done;
}

awaitable<result<Accounting>> FakeVisitStore::accounting(Call&, Timestamp, std::vector<EpochReport>) {
  co_return error_of(ErrorCode::unavailable);
}
awaitable<result<std::vector<VisitTotals>>> FakeVisitStore::totals(Call&, std::vector<ShortCode>) {
  co_return error_of(ErrorCode::unavailable);
}
awaitable<result<Series>> FakeVisitStore::series(Call&, VisitsOf, HourRange) {
  co_return error_of(ErrorCode::unavailable);
}
awaitable<result<VisitTotals>> FakeVisitStore::grand_total(Call&, std::optional<KeyId>) {
  co_return error_of(ErrorCode::unavailable);
}
awaitable<result<std::vector<TopLink>>> FakeVisitStore::top(Call&, std::optional<HourRange>, std::size_t,
                                                            std::optional<KeyId>) {
  co_return error_of(ErrorCode::unavailable);
}
awaitable<result<std::vector<BreakdownRow>>> FakeVisitStore::referrers(Call&, ShortCode, HourRange,
                                                                       std::size_t) {
  co_return error_of(ErrorCode::unavailable);
}

}  // namespace curt::test
