#pragma once

#include <vector>

#include "curt/visits/batch/batch.hpp"

#include "store/postgres/connection/connection.hpp"

namespace curt::store::postgres {

/// Adds these batches to the figures of their links and rings. Rows that many transactions change come last,
/// so that they are locked shortly; the rows of the rings are locked when it returns.
void count(Connection& db, const std::vector<const visits::Batch*>& batches);

}  // namespace curt::store::postgres
