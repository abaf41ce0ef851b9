#pragma once

#include <vector>

#include "curt/visits/visit_store.hpp"

namespace curt::visits {

/// The process's own counters. Thread-safe.
class LocalAccounts {
 public:
  virtual ~LocalAccounts() = default;

  /// The epochs that this process delivers, as they are now; `seen_at` is not set.
  [[nodiscard]] virtual std::vector<EpochReport> reports() const = 0;
};

}  // namespace curt::visits
