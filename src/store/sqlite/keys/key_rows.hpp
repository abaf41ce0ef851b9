#pragma once

#include <cstdint>
#include <optional>

#include "curt/access/key.hpp"

#include "store/sqlite/connection/connection.hpp"

namespace curt::store::sqlite {

// The statements of key_steps.hpp. What they throw is SQLite::Exception.

/// SQLite has a single write lock, which the caller already holds.
inline void lock_keys(Connection& /*db*/) {}

/// Adds one to the counter of changes and gives it.
[[nodiscard]] std::int64_t next_change(Connection& db);

/// The key with this id, a revoked one too.
[[nodiscard]] std::optional<access::Key> find_key_row(Connection& db, const KeyId& id);

/// Stores a key whose id was never in use.
void insert_key_row(Connection& db, const access::Key& key);

/// Writes everything of the key that a change can change.
void update_key_row(Connection& db, const access::Key& key);

}  // namespace curt::store::sqlite
