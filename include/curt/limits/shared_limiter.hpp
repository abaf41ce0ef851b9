#pragma once

#include <functional>
#include <span>

#include "curt/base/async.hpp"
#include "curt/base/call.hpp"
#include "curt/domain/error.hpp"
#include "curt/limits/gcra.hpp"
#include "curt/limits/subject.hpp"

namespace curt::limits {

/// The budgets of clients as all instances of the service share them. Thread-safe.
class SharedLimiter {
 public:
  virtual ~SharedLimiter() = default;

  /// Charges a request to all of the budgets, or to none, at the time of wherever they are kept. An error,
  /// whose log says why, where it is not known whether that was done; the request is then charged elsewhere.
  /// Waits a fraction of a second at most. `policies` outlive the call.
  virtual awaitable<result<Verdict>> charge(Call& call, Subject who, std::span<const Policy> policies) = 0;

  /// Charges a request that is over to one budget, which may owe up to most_owed() thereby, without waiting.
  /// `done` hears of it, on any thread, perhaps at once, or never where the process ends before. `policy`
  /// outlives that.
  virtual void charge_later(Subject who, const Policy& policy, std::function<void(result<Verdict>)> done) = 0;
};

}  // namespace curt::limits
