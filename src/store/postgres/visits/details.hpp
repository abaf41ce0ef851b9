#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "curt/visits/batch/batch.hpp"

#include "store/postgres/connection/connection.hpp"

namespace curt::store::postgres {

// Visits one by one, in partitions of a UTC day each.

/// The name of the day's partition, such as visits_20261122; days count from 1970.
[[nodiscard]] std::string partition_of(std::int64_t day);

/// The partitions of days that there are, in their order; what an operator has attached under another name is
/// none.
[[nodiscard]] std::vector<std::string> find_partitions(Connection& db);

/// Inserts the details of these batches and returns how many were left out for want of a partition. Only
/// within a transaction.
[[nodiscard]] std::uint64_t insert_details(Connection& db, const std::vector<const visits::Batch*>& batches);

}  // namespace curt::store::postgres
