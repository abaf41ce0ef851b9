#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <unordered_map>
#include <vector>

#include "curt/base/async.hpp"
#include "curt/base/call.hpp"
#include "curt/base/clock.hpp"
#include "curt/base/metrics.hpp"
#include "curt/links/link_cache.hpp"
#include "curt/links/link_store.hpp"

namespace curt::links {

/// Lets visitors through to links with max_visits, each visit spent in the store before. Those who ask for
/// one code while its visits are being spent gather, and share the next spend: a link that many want costs
/// one statement at a time. Thread-safe; what it is given must outlive it.
class VisitBudget {
 public:
  /// The link to follow, as it is now; or not_found, deleted, disabled, expired, not_yet or spent without
  /// further words, or an error as LinkStore::spend() says. With outcome_unknown the visit may be spent.
  using Outcome = result<std::shared_ptr<const RedirectLink>>;

  VisitBudget(LinkStore& store, const Clock& clock, Metrics& metrics);

  /// Spends one visit. What is left goes to callers in the order in which they came.
  awaitable<Outcome> spend(Call& call, ShortCode code);

  /// Spends none, and gives the link as long as a visit is left.
  awaitable<Outcome> look(Call& call, ShortCode code);

 private:
  struct Turn;
  /// Somebody who waits until the spend that is under way has ended.
  struct Waiter {
    Deadline deadline;
    std::uint64_t visits;
    Completion<Turn> wake;
  };
  /// What those hear who waited: how it ended, or that it is up to them to spend, for themselves and for
  /// those behind them.
  struct Turn {
    std::optional<Outcome> outcome;
    std::vector<Waiter> behind;
  };

  awaitable<Outcome> take_part(Call& call, ShortCode code, std::uint64_t visits);
  awaitable<Outcome> lead(Call& call, ShortCode code, std::uint64_t visits, std::vector<Waiter> behind);
  awaitable<result<Spent>> ask_store(Call& call, ShortCode code, std::uint64_t visits, Timestamp now);
  void gather(const ShortCode& code, Waiter waiter);
  void pass_on(const ShortCode& code, std::vector<Waiter> unserved);

  LinkStore& store_;
  const Clock& clock_;
  Counter spends_;
  Counter granted_;
  Counter joined_;
  std::mutex mutex_;
  /// Of each code whose visits are being spent now: who waits for the end of that.
  std::unordered_map<ShortCode, std::vector<Waiter>> gathering_;
};

}  // namespace curt::links
