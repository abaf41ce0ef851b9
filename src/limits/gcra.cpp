#include "curt/limits/gcra.hpp"

#include <algorithm>

#include "curt/base/enum_names.hpp"

namespace curt::limits {

std::string_view name_of(Budget budget) noexcept {
  static constexpr EnumNames<Budget, Budget::redirect> kNames{{Budget::create, "create"},
                                                              {Budget::api, "api"},
                                                              {Budget::not_found, "not_found"},
                                                              {Budget::failed_keys, "failed_keys"},
                                                              {Budget::redirect, "redirect"}};
  return kNames[budget];
}

Rate rate_of(const Quota& quota) noexcept {
  if (quota.is_off()) return {};
  const Ticks::rep requests = quota.requests;
  // Rounded up, so that never more than the quota is let in; the limit is so many whole intervals, so that
  // never less is let in at once.
  const Ticks interval{(Ticks{quota.window}.count() + requests - 1) / requests};
  return {interval, interval * requests};
}

Ticks level_of(const Rate& rate, Ticks arrival, Ticks now) noexcept {
  // A time further ahead than the limit comes from another clock, or from a larger quota.
  return std::clamp(arrival - now, Ticks::zero(), rate.limit);
}

Ticks level_with_debt(const Rate& rate, Ticks arrival, Ticks now) noexcept {
  return std::clamp(arrival - now, Ticks::zero(), most_owed(rate));
}

bool takes_one(const Rate& rate, Ticks level) noexcept { return level + rate.interval <= rate.limit; }

BudgetState state_of(const Policy& policy, const Verdict& verdict, Ticks level) noexcept {
  const auto& [interval, limit] = policy.rate;
  BudgetState state{policy.budget, policy.quota, verdict.allowed || takes_one(policy.rate, level), 0, {}};
  const Ticks room = limit - level;
  state.remaining = static_cast<std::uint32_t>(room / interval);
  if (level > Ticks::zero()) state.next = (state.remaining + 1) * interval - room;
  return state;
}

std::int64_t seconds_until(Ticks time) noexcept {
  return std::chrono::ceil<std::chrono::seconds>(time).count();
}

}  // namespace curt::limits
