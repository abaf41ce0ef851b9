#pragma once

#include <cstdint>

#include "curt/visits/batch/batch_sink.hpp"
#include "curt/visits/batch/batcher.hpp"
#include "curt/visits/bots/is_bot.hpp"
#include "curt/visits/ring/request_ring.hpp"

namespace curt::visits {

struct RecoveredVisits {
  std::uint64_t visits = 0;   ///< that the sink has taken now
  std::uint64_t damaged = 0;  ///< records that no ring of ours would hold; they are left out
};

/// Gives the sink the visits that a dead process left in its ring from this position on, except those that
/// the sink already has, and frees them. Access lines are not written. After an error, which is the sink's,
/// it may be called again. Blocks.
[[nodiscard]] result<RecoveredVisits> drain_recovered(RequestRing& ring, std::uint16_t number,
                                                      std::uint64_t from, EpochId epoch, BatchSink& sink,
                                                      const BatcherOptions& options, const IsBot& is_bot);

}  // namespace curt::visits
