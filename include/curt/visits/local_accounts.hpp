#pragma once

#include <cstdint>
#include <optional>

#include "curt/base/timestamp.hpp"

namespace curt::visits {

/// What a process knows of its visits beyond what it last reported to the database.
struct UnreportedVisits {
  std::uint64_t accepted = 0;
  std::uint64_t dropped = 0;
  std::uint64_t undetailed = 0;
  std::optional<Timestamp> pending_since;  ///< its oldest visit that the database has not
};

/// The process's own counters. Thread-safe.
class LocalAccounts {
 public:
  virtual ~LocalAccounts() = default;
  [[nodiscard]] virtual UnreportedVisits unreported() const = 0;
};

}  // namespace curt::visits
