#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ratio>
#include <span>

#include "curt/limits/budget.hpp"
#include "curt/limits/quota.hpp"

namespace curt::limits {

// The generic cell rate algorithm (ITU-T I.371, annex A, as a virtual scheduling algorithm). Of each budget
// of a client only one time is kept, the theoretical arrival time: that at which the budget is whole again. A
// request moves it on by an interval, and is refused if it would then lie too far ahead.

/// What times are counted in: 0.1 µs. Whole numbers of them since 2026 fit into the numbers of Lua, and no
/// quota is off by more than a hundredth.
using Ticks = std::chrono::duration<std::int64_t, std::ratio<1, 10'000'000>>;

/// A quota as the algorithm counts it. In no time t are more requests let in than the quota and t / interval.
struct Rate {
  Ticks interval{};  ///< after which one request more is let in
  Ticks limit{};     ///< how far ahead the theoretical arrival time may lie: an interval for each request
};

[[nodiscard]] Rate rate_of(const Quota& quota) noexcept;

/// How far ahead an arrival time lies, from zero, when the budget is whole, to the limit.
[[nodiscard]] Ticks level_of(const Rate& rate, Ticks arrival, Ticks now) noexcept;

/// The level of a budget that is charged after its requests. Several of them may be let in before the first
/// is charged, so it may owe as much as a whole quota: the level goes up to most_owed().
[[nodiscard]] Ticks level_with_debt(const Rate& rate, Ticks arrival, Ticks now) noexcept;
[[nodiscard]] constexpr Ticks most_owed(const Rate& rate) noexcept { return rate.limit * 2; }

/// Whether a budget at this level takes one more request.
[[nodiscard]] bool takes_one(const Rate& rate, Ticks level) noexcept;

/// A budget that requests are charged to.
struct Policy {
  Policy(Budget which, const Quota& how_much) noexcept
      : budget(which), quota(how_much), rate(rate_of(how_much)) {}

  Budget budget;
  Quota quota;
  Rate rate;
};

/// So many budgets one request is charged to at most.
inline constexpr std::size_t kMostPolicies = 2;

/// What became of one request that was to be charged to one or more budgets: to all, or to none if any of
/// them refuses it. `levels` are those after that, in the order of the budgets.
struct Verdict {
  bool allowed = false;
  std::array<Ticks, kMostPolicies> levels{};
};

/// What the client hears of one budget.
struct BudgetState {
  Budget budget{};
  Quota quota;
  bool allowed = false;
  std::uint32_t remaining = 0;  ///< requests that would be let in now
  Ticks next{};                 ///< until one more would be; zero where the budget is whole
};

/// `verdict` is on a request that was to be charged to `policy` with `level` as a result.
[[nodiscard]] BudgetState state_of(const Policy& policy, const Verdict& verdict, Ticks level) noexcept;

/// Time in whole seconds, rounded up.
[[nodiscard]] std::int64_t seconds_until(Ticks time) noexcept;

}  // namespace curt::limits
