#pragma once

#include <optional>

#include "curt/links/link_store.hpp"

#include "store/link_values.hpp"
#include "store/postgres/connection/connection.hpp"

namespace curt::store::postgres {

/// The earlier request of its owner with this key, unless that is longer ago than links::kIdempotencyWindow.
/// Requests of one owner with the same key wait for each other, here, until the transactions end.
[[nodiscard]] std::optional<EarlierRequest> find_idempotency(Connection& db, const links::IdempotencyKey& key,
                                                             Timestamp now);

/// Keeps the key for links::kIdempotencyWindow, and drops a few that are older.
void remember_idempotency(Connection& db, const links::IdempotencyKey& key, const ShortCode& code,
                          Timestamp now);

}  // namespace curt::store::postgres
