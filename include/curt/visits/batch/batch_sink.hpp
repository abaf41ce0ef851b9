#pragma once

#include <cstdint>

#include "curt/domain/error.hpp"
#include "curt/visits/batch/batch.hpp"

namespace curt::visits {

/// Where closed batches go before their records leave the ring. For one thread; may block on a disk.
class BatchSink {
 public:
  virtual ~BatchSink() = default;

  /// Keeps the batch so that it outlives the process. On an error it was not kept, and the caller tries again
  /// later with the same batch. The batches of a ring come in the order of their positions.
  virtual result<void> append(const EncodedBatch& batch) = 0;

  /// The end of the last batch of this ring that was ever appended, also by an earlier process; 0 for none.
  [[nodiscard]] virtual std::uint64_t appended_through(std::uint16_t ring) const = 0;
};

}  // namespace curt::visits
