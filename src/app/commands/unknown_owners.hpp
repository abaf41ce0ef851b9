#pragma once

#include <set>
#include <string>
#include <vector>

#include "curt/access/key_store.hpp"
#include "curt/base/async.hpp"

namespace curt::app {

/// Those of the owners that are no keys of this database, in order; they may be revoked ones. An error is one
/// of the store.
[[nodiscard]] awaitable<result<std::vector<KeyId>>> find_unknown_owners(access::KeyStore& keys,
                                                                        std::set<KeyId> owners);

/// What to know of them after an import, and what to do; empty where there are none.
[[nodiscard]] std::string warning_of(const std::vector<KeyId>& unknown);

}  // namespace curt::app
