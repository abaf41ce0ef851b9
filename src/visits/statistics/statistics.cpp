#include "curt/visits/statistics/statistics.hpp"

#include <chrono>
#include <utility>

namespace curt::visits {
namespace {

/// Summing the epochs costs the database more than a lookup of one row, and every response needs it.
constexpr std::chrono::seconds kRememberFor{1};

}  // namespace

Statistics::Statistics(VisitStore& store, const LocalAccounts* accounts, const Clock& clock)
    : store_(store), accounts_(accounts), clock_(clock) {
  TimeZone::load();
}

awaitable<result<std::vector<VisitTotals>>> Statistics::totals(Call& call, std::vector<ShortCode> codes) {
  if (codes.empty()) co_return std::vector<VisitTotals>{};
  result<std::vector<VisitTotals>> found = co_await store_.totals(call, std::move(codes));
  co_return found;
}

awaitable<result<VisitTotals>> Statistics::total(Call& call, ShortCode code) {
  std::vector<ShortCode> codes{code};
  const result<std::vector<VisitTotals>> found = co_await store_.totals(call, std::move(codes));
  if (!found) co_return found.error();
  co_return found->at(0);
}

awaitable<result<LinkStatistics>> Statistics::of_link(Call& call, ShortCode code, Window window,
                                                      Breakdown breakdown) {
  LinkStatistics statistics;
  // First, so that whatever it calls persisted is in the figures that follow.
  const result<Completeness> complete = co_await completeness(call);
  if (!complete) co_return complete.error();
  statistics.completeness = *complete;
  const VisitsOf links{.code = code};
  result<WindowVisits> found = co_await series(call, links, window);
  if (!found) co_return found.error();
  statistics.series = std::move(*found);
  if (breakdown == Breakdown::referrer) {
    const HourRange range = window.hours();
    result<std::vector<BreakdownRow>> rows = co_await store_.referrers(call, code, range, kMostRows);
    if (!rows) co_return rows.error();
    statistics.referrers = std::move(*rows);
  }
  const result<VisitTotals> all = co_await total(call, code);
  if (!all) co_return all.error();
  statistics.visits = *all;
  co_return statistics;
}

awaitable<result<ServiceStatistics>> Statistics::of_service(Call& call, Window window, TopOf top_of,
                                                            std::size_t limit, std::optional<KeyId> owner) {
  ServiceStatistics statistics;
  const result<Completeness> complete = co_await completeness(call);
  if (!complete) co_return complete.error();
  statistics.completeness = *complete;
  const VisitsOf links{.owner = owner};
  result<WindowVisits> found = co_await series(call, links, window);
  if (!found) co_return found.error();
  statistics.series = std::move(*found);
  std::optional<HourRange> range;
  if (top_of == TopOf::window) range = window.days();
  result<std::vector<TopLink>> top = co_await store_.top(call, range, limit, owner);
  if (!top) co_return top.error();
  statistics.top = std::move(*top);
  const result<VisitTotals> all = co_await store_.grand_total(call, owner);
  if (!all) co_return all.error();
  statistics.visits = *all;
  co_return statistics;
}

awaitable<result<Completeness>> Statistics::completeness(Call& call) {
  const Timestamp now = clock_.now();
  if (const auto known = remembered(now)) co_return *known;
  std::vector<EpochReport> own;
  if (accounts_ != nullptr) own = accounts_->reports();
  const result<Accounting> accounting = co_await store_.accounting(call, now - kLostAfter, own);
  if (!accounting) co_return accounting.error();
  const Completeness whole = completeness_of(*accounting, own, now);
  const std::lock_guard lock{mutex_};
  last_ = whole;
  last_at_ = now;
  co_return whole;
}

awaitable<result<WindowVisits>> Statistics::series(Call& call, VisitsOf links, const Window& window) {
  const HourRange needed = hours_needed(window);
  result<Series> stored = co_await store_.series(call, links, needed);
  if (!stored) co_return stored.error();
  WindowVisits found{window, std::move(*stored)};
  co_return found;
}

std::optional<Completeness> Statistics::remembered(Timestamp now) const {
  const std::lock_guard lock{mutex_};
  if (!last_ || now < last_at_ || now - last_at_ >= kRememberFor) return std::nullopt;
  return last_;
}

}  // namespace curt::visits
