#pragma once

#include <cstddef>
#include <cstdint>

#include "curt/base/timestamp.hpp"
#include "curt/domain/error.hpp"

#include "store/postgres/connection/connection.hpp"

namespace curt::store::postgres {

// Steps of VisitStore::maintain(). Each is a transaction of its own, which does nothing where another process
// maintains.

/// Folds up to `limit` epochs that are past into the one row of their sums; how many. Their own rows stay
/// without figures, so that replays are told.
[[nodiscard]] result<std::uint64_t> fold_epochs(Connection& db, Timestamp now, std::size_t limit);

/// Removes the rows of up to `limit` epochs that were folded long ago; how many.
[[nodiscard]] result<std::uint64_t> forget_epochs(Connection& db, Timestamp now, std::size_t limit);

}  // namespace curt::store::postgres
