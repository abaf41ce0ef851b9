#pragma once

#include <cstdint>

namespace curt::app {

/// How many files are open at once while so many clients are connected: with the listeners, the database,
/// Redis, rings and the spool.
[[nodiscard]] constexpr std::uint64_t files_wanted(std::uint64_t max_connections) noexcept {
  constexpr std::uint64_t kOwnFiles = 64;
  return max_connections + kOwnFiles;
}

}  // namespace curt::app
