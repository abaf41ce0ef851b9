#pragma once

#include <chrono>
#include <cstdint>

#include "curt/base/timestamp.hpp"
#include "curt/visits/local_accounts.hpp"
#include "curt/visits/visit_store.hpp"

namespace curt::visits {

/// How much of what the whole service answered is in its figures.
struct Completeness {
  std::uint64_t accepted = 0;     ///< visits that were accepted, as far as the processes have reported
  std::uint64_t persisted = 0;    ///< accepted and in the figures
  std::uint64_t in_flight = 0;    ///< accepted and on their way
  std::uint64_t dropped = 0;      ///< visits that were answered and are lost
  std::uint64_t undetailed = 0;   ///< visits that are in the figures without their details
  std::uint64_t unaccounted = 0;  ///< epochs that never closed and report no more (kLostAfter)
  std::chrono::seconds lag{0};    ///< age of the oldest visit that is on its way

  friend bool operator==(const Completeness&, const Completeness&) = default;
};

/// An epoch that never closed and did not report for this long is unaccounted.
inline constexpr std::chrono::minutes kLostAfter{15};

/// Sums what the database knows and what this process has not reported to it yet.
[[nodiscard]] Completeness completeness_of(const Accounting& accounting, const UnreportedVisits& unreported,
                                           Timestamp now);

}  // namespace curt::visits
