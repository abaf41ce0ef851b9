#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "curt/limits/shared_limiter.hpp"

#include "limits/local_limiter.hpp"
#include "support/manual_clock.hpp"

namespace curt::test {

/// Budgets in memory that several processes could share, with faults that a test asks for. For one thread.
class FakeSharedLimiter final : public limits::SharedLimiter {
 public:
  explicit FakeSharedLimiter(const Clock& clock) : clock_(clock) {}

  /// Nothing is counted from now on, for this reason; nullopt ends that.
  void fail_with(std::optional<std::string> why) { failure_ = std::move(why); }

  /// Answers to charge_later() are kept back from now on, until answer_all().
  void hold() { holding_ = true; }
  void answer_all() {
    holding_ = false;
    for (auto& answer : std::exchange(held_, {})) answer();
  }

  [[nodiscard]] int charges() const noexcept { return charges_; }

  awaitable<result<limits::Verdict>> charge(Call& /*call*/, limits::Subject who,
                                            std::span<const limits::Policy> policies) override {
    result<limits::Verdict> verdict = judge(who, policies);
    co_return verdict;
  }

  void charge_later(limits::Subject who, const limits::Policy& policy,
                    std::function<void(result<limits::Verdict>)> done) override {
    auto answer = [this, who, &policy, done = std::move(done)] { done(charge_in_any_case(who, policy)); };
    if (holding_) {
      held_.emplace_back(std::move(answer));
    } else {
      answer();
    }
  }

 private:
  result<limits::Verdict> judge(const limits::Subject& who, std::span<const limits::Policy> policies) {
    ++charges_;
    if (failure_) return Error{ErrorCode::unavailable, {}, *failure_, {}};
    return budgets_.charge(who, policies, clock_.steady_now());
  }

  result<limits::Verdict> charge_in_any_case(const limits::Subject& who, const limits::Policy& policy) {
    ++charges_;
    if (failure_) return Error{ErrorCode::unavailable, {}, *failure_, {}};
    const limits::Ticks now = limits::ticks_of(clock_.steady_now());
    limits::Ticks& whole_at = owed_.try_emplace({policy.budget, who.text()}, now).first->second;
    const limits::Ticks level = limits::level_with_debt(policy.rate, whole_at, now) + policy.rate.interval;
    whole_at = now + std::min(level, limits::most_owed(policy.rate));
    return limits::Verdict{true, {whole_at - now}};
  }

  const Clock& clock_;
  limits::LocalLimiter budgets_{1};
  std::map<std::pair<limits::Budget, std::string>, limits::Ticks> owed_;  ///< when each budget is whole again
  std::optional<std::string> failure_;
  bool holding_ = false;
  std::vector<std::function<void()>> held_;
  int charges_ = 0;
};

}  // namespace curt::test
