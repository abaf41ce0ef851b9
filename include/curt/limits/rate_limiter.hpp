#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "curt/base/async.hpp"
#include "curt/base/call.hpp"
#include "curt/base/clock.hpp"
#include "curt/base/metrics.hpp"
#include "curt/limits/budget.hpp"
#include "curt/limits/gcra.hpp"
#include "curt/limits/quota.hpp"
#include "curt/limits/shared_limiter.hpp"
#include "curt/limits/subject.hpp"

namespace curt::limits {

/// The quotas of every client.
struct Quotas {
  Quota create{};
  Quota api{};
  Quota not_found{};
  Quota failed_keys{};
  Quota redirect{};

  [[nodiscard]] const Quota& of(Budget budget) const noexcept;
  [[nodiscard]] bool are_off() const noexcept;

  friend bool operator==(const Quotas&, const Quotas&) = default;
};

/// What became of a request that was to be charged to budgets.
struct Decision {
  bool allowed = true;
  std::vector<BudgetState> states;  ///< of each budget; those of a refused request were not charged
};

class KnownLevels;
class LocalLimiter;

/// Lets no client take more than its quotas. Budgets are shared by all instances where there is a
/// SharedLimiter and it answers; while it does not, each process counts by itself, from whole budgets on.
/// Thread-safe.
class RateLimiter {
 public:
  /// `shared` is null where there is none; `seed` is nothing that anybody can guess. What is given here
  /// outlives it.
  RateLimiter(const Quotas& quotas, SharedLimiter* shared, std::uint64_t seed, const Clock& clock,
              Metrics& metrics);
  ~RateLimiter();
  RateLimiter(const RateLimiter&) = delete;
  RateLimiter& operator=(const RateLimiter&) = delete;

  /// Whether anything is limited at all.
  [[nodiscard]] bool is_on() const noexcept { return is_on_; }
  [[nodiscard]] bool limits(Budget budget) const noexcept { return limits_[index_of(budget)]; }

  /// Charges a request of the API; one of Budget::create to both budgets.
  awaitable<Decision> charge(Call& call, Subject who, Budget budget);
  /// Whether charge() has anything to do.
  [[nodiscard]] bool charges(Budget budget) const noexcept { return !policies_of(budget).empty(); }

  /// Charges a request of a visitor, in this process alone. What is refused has a state.
  [[nodiscard]] std::optional<BudgetState> charge_redirect(const Subject& who, SteadyTime now);

  /// A request whose cost is known when it is over: of the budgets not_found and failed_keys.
  struct Ticket {
    Budget budget{};
    Subject who;
    std::uint32_t epoch = 0;  ///< see KnownLevels
    std::optional<BudgetState> refused;
  };

  /// Before such a request: where it is refused, it is over. Waits for nothing. Each ticket that is not
  /// refused is given to one of the next two. For budgets that are limited.
  [[nodiscard]] Ticket enter(Budget budget, const Subject& who, SteadyTime now);

  /// After it: charges it in this process at once, and where budgets are shared without waiting.
  void charge_after(const Ticket& ticket);

  /// After it: it costs nothing.
  void spare(const Ticket& ticket);

 private:
  /// Counts what is decided, of one budget.
  struct Counters {
    Counter allowed_by_redis, refused_by_redis, allowed_here, refused_here;
  };
  enum class Judge : std::uint8_t { redis, process };

  static std::size_t index_of(Budget budget) noexcept { return static_cast<std::size_t>(budget); }
  [[nodiscard]] std::span<const Policy> policies_of(Budget budget) const noexcept;
  [[nodiscard]] const Policy& policy_of(Budget budget) const noexcept;
  static Counters counters_of(Budget budget, bool limited, Metrics& metrics);
  void count(Budget budget, bool allowed, Judge judge) const noexcept;
  void note(const result<Verdict>& verdict);

  const bool is_on_;
  std::array<bool, kBudgetCount> limits_{};
  std::vector<Policy> create_;  ///< what each is charged to, if that is limited
  std::vector<Policy> api_;
  std::vector<Policy> single_;  ///< one of each budget
  SharedLimiter* const shared_;
  const Clock& clock_;
  std::unique_ptr<LocalLimiter> local_;      ///< null where nothing of the API is limited
  std::unique_ptr<LocalLimiter> redirects_;  ///< null where they are not limited
  std::unique_ptr<KnownLevels> known_;       ///< null where nothing is charged afterwards
  std::vector<Counters> counters_;           ///< of each budget
  std::atomic<bool> replaced_{false};        ///< `shared_` is there and did not answer last
  std::atomic<SteadyTime> failed_at_{SteadyTime::min()};
};

}  // namespace curt::limits
