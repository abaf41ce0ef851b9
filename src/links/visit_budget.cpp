#include "curt/links/visit_budget.hpp"

#include <exception>
#include <utility>

#include "curt/links/resolver.hpp"

namespace curt::links {
namespace {

using Outcome = VisitBudget::Outcome;

Error refused(ErrorCode why) { return {why, {}, {}, {}}; }

Error out_of_time() { return {ErrorCode::deadline_exceeded, "The link could not be read in time."}; }

/// What a spend came to, given out to those who shared it one after the other.
class Shares {
 public:
  Shares(const result<Spent>& spent, Timestamp now) {
    if (!spent) {
      const bool unknown = spent.error().code == ErrorCode::not_found;
      refusal_ = unknown ? refused(ErrorCode::not_found) : spent.error();
      return;
    }
    const Link& link = spent->link;
    granted_ = spent->granted;
    is_left_ = grantable(link, 1, now) > 0;
    const auto why = refusal(link.settings, link.deleted_at.has_value(), now);
    refusal_ = refused(why.value_or(ErrorCode::spent));
    link_ = to_cache_entry(link).link;
  }

  Outcome next(std::uint64_t visits) {
    if (visits == 0) return is_left_ ? Outcome{link_} : Outcome{refusal_};
    if (granted_ < visits) return refusal_;
    granted_ -= visits;
    return link_;
  }

 private:
  std::uint64_t granted_ = 0;
  bool is_left_ = false;
  Error refusal_;  ///< of those who get nothing
  std::shared_ptr<const RedirectLink> link_;
};

}  // namespace

VisitBudget::VisitBudget(LinkStore& store, const Clock& clock, Metrics& metrics)
    : store_(store),
      clock_(clock),
      spends_(metrics.counter("curt_budget_spends_total",
                              "Times that the store was asked for visits of links with max_visits.")),
      granted_(metrics.counter("curt_budget_granted_total", "Visits of such links that were granted.")),
      joined_(metrics.counter("curt_budget_joined_total",
                              "Requests for such links that waited for another one's spend.")) {}

awaitable<Outcome> VisitBudget::spend(Call& call, ShortCode code) { return take_part(call, code, 1); }

awaitable<Outcome> VisitBudget::look(Call& call, ShortCode code) { return take_part(call, code, 0); }

awaitable<Outcome> VisitBudget::take_part(Call& call, ShortCode code, std::uint64_t visits) {
  bool first = false;
  {
    const std::lock_guard lock{mutex_};
    first = gathering_.try_emplace(code).second;
  }
  std::vector<Waiter> behind;
  if (!first) {
    joined_.add();
    auto wait = [this, &code, visits, deadline = call.deadline](Completion<Turn> wake) {
      gather(code, Waiter{deadline, visits, std::move(wake)});
    };
    Turn turn = co_await suspend<Turn>(wait);
    if (turn.outcome) co_return *std::move(turn.outcome);
    behind = std::move(turn.behind);
  }
  Outcome outcome = co_await lead(call, code, visits, std::move(behind));
  co_return outcome;
}

/// The code is being spent from; what others gather meanwhile is passed on at the end.
awaitable<Outcome> VisitBudget::lead(Call& call, ShortCode code, std::uint64_t visits,
                                     std::vector<Waiter> behind) {
  std::uint64_t wanted = visits;
  for (const Waiter& waiter : behind) wanted += waiter.visits;
  const Timestamp now = clock_.now();
  const result<Spent> spent = co_await ask_store(call, code, wanted, now);
  if (!spent && spent.error().code == ErrorCode::deadline_exceeded) {
    // Nothing was spent, and only this caller's time is over: those behind it are the first of the next.
    pass_on(code, std::move(behind));
    co_return spent.error();
  }
  pass_on(code, {});
  Shares shares{spent, now};
  Outcome own = shares.next(visits);
  for (Waiter& waiter : behind) waiter.wake(Turn{shares.next(waiter.visits), {}});
  co_return own;
}

awaitable<result<Spent>> VisitBudget::ask_store(Call& call, ShortCode code, std::uint64_t visits,
                                                Timestamp now) {
  spends_.add();
  result<Spent> spent = Error{ErrorCode::unavailable, "The link could not be read."};
  try {
    spent = co_await store_.spend(call, code, visits, now);
  } catch (const std::exception& failure) {  // whoever waits must be answered all the same
    spent = Error{ErrorCode::unavailable, "The link could not be read.", failure.what()};
  }
  if (spent) granted_.add(spent->granted);
  co_return spent;
}

void VisitBudget::gather(const ShortCode& code, Waiter waiter) {
  {
    const std::lock_guard lock{mutex_};
    const auto [place, ended] = gathering_.try_emplace(code);
    if (!ended) {
      place->second.push_back(std::move(waiter));
      return;
    }
  }
  waiter.wake(Turn{});
}

/// Has the first of those who wait spend for all of them: of the unserved, then of those who gathered. Those
/// whose time is over are told so.
void VisitBudget::pass_on(const ShortCode& code, std::vector<Waiter> unserved) {
  std::vector<Waiter> next;
  std::vector<Waiter> late;
  const auto sort = [&](std::vector<Waiter>& waiting) {
    for (Waiter& waiter : waiting) (waiter.deadline.passed() ? late : next).push_back(std::move(waiter));
    waiting.clear();
  };
  {
    const std::lock_guard lock{mutex_};
    const auto place = gathering_.find(code);
    sort(unserved);
    sort(place->second);
    if (next.empty()) gathering_.erase(place);
  }
  for (Waiter& waiter : late) waiter.wake(Turn{Outcome{out_of_time()}, {}});
  if (next.empty()) return;
  Waiter first = std::move(next.front());
  next.erase(next.begin());
  first.wake(Turn{std::nullopt, std::move(next)});
}

}  // namespace curt::links
