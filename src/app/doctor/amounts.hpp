#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <string>

#include <fmt/format.h>

namespace curt::app {

/// About so many bytes, for people: "1.2 GiB".
[[nodiscard]] inline std::string about(std::uint64_t bytes) {
  constexpr std::array<const char*, 5> kUnits{"bytes", "KiB", "MiB", "GiB", "TiB"};
  auto amount = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; amount >= 1024 && unit + 1 < kUnits.size(); ++unit) amount /= 1024;
  return fmt::format(fmt::runtime(unit == 0 || amount >= 100 ? "{:.0f} {}" : "{:.1f} {}"), amount,
                     kUnits[unit]);
}

/// A time in milliseconds, "1.2 ms", and with more digits below one: "0.05 ms".
[[nodiscard]] inline std::string in_milliseconds(std::chrono::microseconds time) {
  const double amount = static_cast<double>(time.count()) / 1000;
  return fmt::format(fmt::runtime(amount < 1 ? "{:.2f} ms" : "{:.1f} ms"), amount);
}

}  // namespace curt::app
