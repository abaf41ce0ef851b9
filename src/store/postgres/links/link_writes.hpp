#pragma once

#include <cstdint>
#include <optional>

#include "curt/links/link_store.hpp"

#include "store/postgres/pool/connection.hpp"

namespace curt::store::postgres {

// The writes of links::LinkStore for one link, each in a transaction of its own.

/// For requests that reuse links or have an Idempotency-Key; the others are stored together
/// (create_group.hpp).
[[nodiscard]] result<links::Created> create_link(Connection& db, const links::CreateRequest& request);

[[nodiscard]] result<links::Edited> update_link(Connection& db, const ShortCode& code,
                                                const links::LinkPatch& patch,
                                                std::optional<std::int64_t> if_version, Timestamp now);

[[nodiscard]] result<Link> remove_link(Connection& db, const ShortCode& code,
                                       std::optional<std::int64_t> if_version, Timestamp now);

}  // namespace curt::store::postgres
