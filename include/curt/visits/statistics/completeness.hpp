#pragma once

#include <chrono>
#include <cstdint>
#include <span>

#include "curt/base/timestamp.hpp"
#include "curt/visits/visit_store.hpp"

namespace curt::visits {

/// How much of what the whole service answered is in its figures: `accepted` is the sum of `persisted`,
/// `in_flight` and `dropped`.
struct Completeness {
  std::uint64_t accepted = 0;     ///< visits that were answered, as far as the processes have reported
  std::uint64_t persisted = 0;    ///< those that are in the figures
  std::uint64_t in_flight = 0;    ///< those on their way
  std::uint64_t dropped = 0;      ///< those that are lost, or not delivered by an epoch that is over
  std::uint64_t undetailed = 0;   ///< visits that are in the figures without their details
  std::uint64_t unaccounted = 0;  ///< epochs that never closed and report no more (kLostAfter)
  std::chrono::seconds lag{0};    ///< age of the oldest visit that is on its way

  friend bool operator==(const Completeness&, const Completeness&) = default;
};

/// An epoch that never closed and did not report for this long is unaccounted.
inline constexpr std::chrono::minutes kLostAfter{15};

/// Of what the database knows and the epochs of this process, which are in its sums already.
[[nodiscard]] Completeness completeness_of(const Accounting& accounting, std::span<const EpochReport> own,
                                           Timestamp now);

}  // namespace curt::visits
