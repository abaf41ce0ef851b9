#pragma once

#include <cstdint>
#include <optional>

#include "curt/access/key.hpp"

#include "store/postgres/connection/connection.hpp"

namespace curt::store::postgres {

// The statements of key_steps.hpp.

/// Other changes of keys wait here until the end of the transaction.
void lock_keys(Connection& db);

/// Adds one to the counter of changes and gives it.
[[nodiscard]] std::int64_t next_change(Connection& db);

/// The key with this id, a revoked one too.
[[nodiscard]] std::optional<access::Key> find_key_row(Connection& db, const KeyId& id);

/// Stores a key whose id was never in use.
void insert_key_row(Connection& db, const access::Key& key);

/// Writes everything of the key that a change can change.
void update_key_row(Connection& db, const access::Key& key);

}  // namespace curt::store::postgres
