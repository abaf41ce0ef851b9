#pragma once

#include <cstddef>

namespace curt::store {

/// What a pool's threads are doing at this moment.
struct PoolState {
  std::size_t size = 0;     ///< threads, with at most one connection each
  std::size_t open = 0;     ///< connections
  std::size_t busy = 0;     ///< threads at work
  std::size_t waiting = 0;  ///< jobs that no thread has taken yet
};

}  // namespace curt::store
