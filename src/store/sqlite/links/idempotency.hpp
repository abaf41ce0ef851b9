#pragma once

#include <optional>

#include "curt/links/link_store.hpp"

#include "store/link_values.hpp"
#include "store/sqlite/connection/connection.hpp"

namespace curt::store::sqlite {

/// The earlier request of its owner with this key, unless that is longer ago than links::kIdempotencyWindow.
[[nodiscard]] std::optional<EarlierRequest> find_idempotency(Connection& db, const links::IdempotencyKey& key,
                                                             Timestamp now);

/// Keeps the key for links::kIdempotencyWindow, and drops a few that are older.
void remember_idempotency(Connection& db, const links::IdempotencyKey& key, const ShortCode& code,
                          Timestamp now);

}  // namespace curt::store::sqlite
