#pragma once

#include <chrono>
#include <cstddef>

#include "curt/http/service.hpp"

namespace curt::http {

/// How an exchange ended.
struct Ending {
  std::chrono::steady_clock::duration time{};  ///< from the complete head to the complete answer
  std::size_t bytes = 0;                       ///< of the answer, with its head
};

/// Takes note of every request that was answered, refusals included.
class Recorder {
 public:
  virtual ~Recorder() = default;

  /// Called on the core's thread before the answer is written, so it must not block; all that the exchange
  /// refers to lives until it returns. One thread a core calls it, many cores at once.
  virtual void record(std::size_t core, const Exchange& exchange, const Ending& ending) noexcept = 0;
};

}  // namespace curt::http
