#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "curt/access/key_store.hpp"

#include "store/postgres/connection/connection.hpp"

namespace curt::store::postgres {

// The calls of access::KeyStore.

[[nodiscard]] result<access::KeyChanges> look_at_keys(Connection& db, std::optional<std::int64_t> since);

[[nodiscard]] result<std::optional<access::Key>> add_key(Connection& db, const access::Key& key);

[[nodiscard]] result<std::vector<access::Key>> list_keys(Connection& db,
                                                         const std::optional<access::KeyCursor>& after,
                                                         std::size_t limit);

[[nodiscard]] result<access::Key> revoke_key(Connection& db, const KeyId& id, Timestamp now);

[[nodiscard]] result<access::Key> rotate_key(Connection& db, const KeyId& id,
                                             const access::Rotation& rotation);

[[nodiscard]] result<void> note_keys_used(Connection& db, const std::vector<access::KeyUse>& uses);

}  // namespace curt::store::postgres
