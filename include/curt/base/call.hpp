#pragma once

#include <cstdint>

#include "curt/base/deadline.hpp"

namespace curt {

/// One request's way through the rooms: its deadline going down, what it cost coming up. Lives as long as the
/// request and is touched only on the request's thread.
struct Call {
  Deadline deadline;
  std::uint32_t statements = 0;  ///< SQL statements that were run for it so far
  std::uint64_t client = 0;      ///< tells clients apart who wait for the same; 0: curt itself
};

}  // namespace curt
