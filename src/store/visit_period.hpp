#pragma once

#include <array>
#include <cstdint>

namespace curt::store {

/// Lengths of the periods, in days, that the visits of each link are summed up in. A period is made of eight
/// shorter ones, so those come first.
inline constexpr std::array<std::int64_t, 2> kPeriodDays{8, 64};

/// The days [number * days, number * days + days) since 1970.
struct VisitPeriod {
  std::int64_t days = 0;
  std::int64_t number = 0;

  [[nodiscard]] bool is_shortest() const noexcept { return days == kPeriodDays.front(); }
};

}  // namespace curt::store
