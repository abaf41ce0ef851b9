#pragma once

#include "curt/access/key_store.hpp"
#include "curt/base/async.hpp"

namespace curt::app {

/// The key with this id, for links that shall belong to it. The error's detail says that there is none, or
/// that it was revoked or has expired at `now` (invalid_value), or what failed.
[[nodiscard]] awaitable<result<access::Key>> find_usable_key(access::KeyStore& keys, KeyId id, Timestamp now);

}  // namespace curt::app
