#include "curt/limits/rate_limiter.hpp"

#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "curt/base/logging.hpp"

#include "limits/known_levels.hpp"
#include "limits/local_limiter.hpp"

namespace curt::limits {
namespace {

/// Between the last request that was not counted in Redis and the line that says that it counts again.
constexpr std::chrono::seconds kSteadyAgain{1};

constexpr std::array<Budget, kBudgetCount> kBudgets{Budget::create, Budget::api, Budget::not_found,
                                                    Budget::failed_keys, Budget::redirect};

std::vector<Policy> limited(const Quotas& quotas, std::initializer_list<Budget> budgets) {
  std::vector<Policy> policies;
  for (const Budget budget : budgets) {
    if (!quotas.of(budget).is_off()) policies.emplace_back(budget, quotas.of(budget));
  }
  return policies;
}

}  // namespace

const Quota& Quotas::of(Budget budget) const noexcept {
  switch (budget) {
    case Budget::create:
      return create;
    case Budget::api:
      return api;
    case Budget::not_found:
      return not_found;
    case Budget::failed_keys:
      return failed_keys;
    case Budget::redirect:
      break;
  }
  return redirect;
}

bool Quotas::are_off() const noexcept {
  return std::ranges::all_of(kBudgets, [this](Budget budget) { return of(budget).is_off(); });
}

RateLimiter::RateLimiter(const Quotas& quotas, SharedLimiter* shared, std::uint64_t seed, const Clock& clock,
                         Metrics& metrics)
    : is_on_(!quotas.are_off()),
      create_(limited(quotas, {Budget::create, Budget::api})),
      api_(limited(quotas, {Budget::api})),
      shared_(shared),
      clock_(clock) {
  for (const Budget budget : kBudgets) {
    const Quota& quota = quotas.of(budget);
    limits_[index_of(budget)] = !quota.is_off();
    single_.emplace_back(budget, quota);
    counters_.push_back(counters_of(budget, !quota.is_off(), metrics));
  }
  if (!create_.empty()) local_ = std::make_unique<LocalLimiter>(seed);
  if (limits(Budget::redirect)) redirects_ = std::make_unique<LocalLimiter>(seed);
  if (limits(Budget::not_found) || limits(Budget::failed_keys)) known_ = std::make_unique<KnownLevels>(seed);
  metrics.gauge_from("curt_rate_limit_shared",
                     "Whether the quotas of clients are counted in Redis for all instances together: 1, or 0 "
                     "where each counts by itself.",
                     [this] { return is_on_ && shared_ != nullptr && !replaced_ ? 1.0 : 0.0; });
  metrics.gauge_from("curt_rate_limit_clients", "Budgets of clients that this process knows not to be whole.",
                     [this] {
                       const SteadyTime now = clock_.steady_now();
                       std::size_t size = 0;
                       if (local_) size += local_->size(now);
                       if (redirects_) size += redirects_->size(now);
                       if (known_) size += known_->size(now);
                       return static_cast<double>(size);
                     });
}

RateLimiter::~RateLimiter() = default;

RateLimiter::Counters RateLimiter::counters_of(Budget budget, bool limited, Metrics& metrics) {
  const auto counter = [&](const char* decision, const char* judge) {
    return metrics.counter(
        "curt_rate_limit_decisions_total",
        "Requests that were charged to a budget, or refused as it was used up, by who counts.",
        {{"budget", std::string{name_of(budget)}}, {"decision", decision}, {"judge", judge}},
        limited ? ShowZero::yes : ShowZero::no);
  };
  return {counter("allowed", "redis"), counter("refused", "redis"), counter("allowed", "process"),
          counter("refused", "process")};
}

void RateLimiter::count(Budget budget, bool allowed, Judge judge) const noexcept {
  const Counters& counters = counters_[index_of(budget)];
  if (judge == Judge::redis) {
    (allowed ? counters.allowed_by_redis : counters.refused_by_redis).add();
  } else {
    (allowed ? counters.allowed_here : counters.refused_here).add();
  }
}

std::span<const Policy> RateLimiter::policies_of(Budget budget) const noexcept {
  return budget == Budget::create ? create_ : api_;
}

const Policy& RateLimiter::policy_of(Budget budget) const noexcept { return single_[index_of(budget)]; }

awaitable<Decision> RateLimiter::charge(Call& call, Subject who, Budget budget) {
  const std::span<const Policy> policies = policies_of(budget);
  Judge judge = Judge::process;
  Verdict verdict;
  if (shared_ != nullptr) {
    result<Verdict> answered = co_await shared_->charge(call, who, policies);
    note(answered);
    if (answered) {
      verdict = *answered;
      judge = Judge::redis;
    }
  }
  if (judge == Judge::process) verdict = local_->charge(who, policies, clock_.steady_now());
  Decision decision;
  decision.allowed = verdict.allowed;
  for (std::size_t i = 0; i < policies.size(); ++i) {
    decision.states.push_back(state_of(policies[i], verdict, verdict.levels.at(i)));
    // A budget that has room is not what refuses the request.
    if (verdict.allowed || !decision.states.back().allowed) count(policies[i].budget, verdict.allowed, judge);
  }
  co_return decision;
}

std::optional<BudgetState> RateLimiter::charge_redirect(const Subject& who, SteadyTime now) {
  const Policy& policy = policy_of(Budget::redirect);
  const Verdict verdict = redirects_->charge(who, {&policy, 1}, now);
  count(Budget::redirect, verdict.allowed, Judge::process);
  if (verdict.allowed) return std::nullopt;
  return state_of(policy, verdict, verdict.levels.front());
}

RateLimiter::Ticket RateLimiter::enter(Budget budget, const Subject& who, SteadyTime now) {
  const Policy& policy = policy_of(budget);
  KnownLevels::Entry entry;
  if (budget == Budget::failed_keys) {
    entry.refused_for = known_->refused_for(policy, who, now);  // a key is judged without waiting
  } else {
    entry = known_->enter(policy, who, now);
  }
  Ticket ticket{budget, who, entry.epoch, std::nullopt};
  if (entry.refused_for > Ticks::zero()) {
    ticket.refused = BudgetState{budget, policy.quota, false, 0, entry.refused_for};
    count(budget, false, Judge::process);
  }
  return ticket;
}

void RateLimiter::charge_after(const Ticket& ticket) {
  const Policy& policy = policy_of(ticket.budget);
  // Also where Redis is charged: requests that come before its answer are judged by what is known here.
  known_->charge(policy, ticket.who, ticket.epoch, clock_.steady_now());
  if (shared_ == nullptr) {
    count(ticket.budget, true, Judge::process);
    return;
  }
  auto done = [this, &policy, who = ticket.who](const result<Verdict>& verdict) {
    note(verdict);
    if (verdict) known_->learn(policy, who, verdict->levels.front(), clock_.steady_now());
    // The request was let in before, whatever is left for the next.
    count(policy.budget, true, verdict ? Judge::redis : Judge::process);
  };
  shared_->charge_later(ticket.who, policy, std::move(done));
}

void RateLimiter::spare(const Ticket& ticket) {
  known_->spare(policy_of(ticket.budget), ticket.who, ticket.epoch);
}

/// Says when the shared budgets are replaced, and when they are back. A few answers between failures are no
/// end of them.
void RateLimiter::note(const result<Verdict>& verdict) {
  if (!verdict) {
    failed_at_ = clock_.steady_now();
    if (!replaced_.exchange(true)) {
      log::warn("the limits of clients are counted by this process alone",
                {{"error", log_text(verdict.error())}});
    }
    return;
  }
  if (!replaced_) return;
  if (clock_.steady_now() - failed_at_.load() < kSteadyAgain) return;
  if (replaced_.exchange(false)) log::info("the limits of clients are counted in redis again");
}

}  // namespace curt::limits
