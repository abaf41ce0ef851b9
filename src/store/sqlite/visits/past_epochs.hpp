#pragma once

#include <cstddef>
#include <cstdint>

#include "curt/base/timestamp.hpp"
#include "curt/domain/error.hpp"

#include "store/sqlite/connection/connection.hpp"

namespace curt::store::sqlite {

/// A step of VisitStore::maintain(): folds up to `limit` epochs that are past into the one row of their sums,
/// leaving a trace of each by which a replay is told, and removes traces that are old. How many were folded. To
/// be run inside a transaction of `db`.
[[nodiscard]] result<std::uint64_t> fold_epochs(Connection& db, Timestamp now, std::size_t limit);

}  // namespace curt::store::sqlite
