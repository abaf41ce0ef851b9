#pragma once

#include <cstdint>

#include "curt/base/timestamp.hpp"
#include "curt/domain/error.hpp"
#include "curt/domain/key_id.hpp"
#include "curt/domain/short_code.hpp"

namespace curt::store {

// What every store answers where a link or a key stands in the way of a request, in the same words.

[[nodiscard]] Error not_found(const ShortCode& code);
[[nodiscard]] Error deleted(const ShortCode& code);
[[nodiscard]] Error not_deleted(const ShortCode& code);
[[nodiscard]] Error alias_taken(const ShortCode& code);
[[nodiscard]] Error version_mismatch(std::int64_t stored);
[[nodiscard]] Error idempotency_key_reused();

// Of API keys.

[[nodiscard]] Error key_not_found(const KeyId& id);
[[nodiscard]] Error key_revoked(const KeyId& id);
[[nodiscard]] Error key_expired(const KeyId& id);
[[nodiscard]] Error key_rotating(const KeyId& id, Timestamp previous_until);

}  // namespace curt::store
