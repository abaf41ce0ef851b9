#pragma once

#include <cstddef>
#include <cstdint>

#include "curt/base/timestamp.hpp"
#include "curt/domain/error.hpp"

#include "store/postgres/pool/connection.hpp"

namespace curt::store::postgres {

/// A step of VisitStore::maintain(): folds up to `limit` epochs that are past into the one row of their sums,
/// leaving a trace of each by which a replay is told, and removes traces that are old. How many were folded. A
/// transaction of its own, which does nothing if another process maintains.
[[nodiscard]] result<std::uint64_t> fold_epochs(Connection& db, Timestamp now, std::size_t limit);

}  // namespace curt::store::postgres
