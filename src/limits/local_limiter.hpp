#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "curt/base/clock.hpp"
#include "curt/limits/gcra.hpp"
#include "curt/limits/subject.hpp"

#include "limits/client_table.hpp"

namespace curt::limits {

/// A point in time as the algorithm counts them.
[[nodiscard]] inline Ticks ticks_of(SteadyTime time) noexcept {
  return std::chrono::floor<Ticks>(time.time_since_epoch());
}

/// The budgets of clients in this process alone, whole at first. Takes a fixed amount of memory, 2 MiB: among
/// more clients than it has places for, those forget first whose budgets are whole soonest. Thread-safe.
class LocalLimiter {
 public:
  static constexpr std::size_t kPlaces = 65'536;

  explicit LocalLimiter(std::uint64_t seed, std::size_t places = kPlaces) : table_(places, seed) {}

  /// Charges a request to all of the budgets, or to none.
  Verdict charge(const Subject& who, std::span<const Policy> policies, SteadyTime now);

  /// How many budgets are not whole.
  [[nodiscard]] std::size_t size(SteadyTime now) const { return table_.count_after(ticks_of(now)); }

 private:
  ClientTable table_;
};

}  // namespace curt::limits
