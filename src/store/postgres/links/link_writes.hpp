#pragma once

#include <vector>

#include "curt/links/link_store.hpp"

#include "store/postgres/connection/connection.hpp"

namespace curt::store::postgres {

// The writes of links::LinkStore that are made link by link, each call in a transaction of its own.

/// For requests that reuse links or have an Idempotency-Key; the others are stored together
/// (create_group.hpp).
[[nodiscard]] result<links::Created> create_link(Connection& db, const links::CreateRequest& request);

[[nodiscard]] result<links::Edited> update_link(Connection& db, const ShortCode& code,
                                                const links::LinkPatch& patch,
                                                const links::Precondition& only_if, Timestamp now);

[[nodiscard]] result<std::vector<Link>> disable_links(Connection& db,
                                                      const std::vector<links::LinkVersion>& links,
                                                      Timestamp now);

[[nodiscard]] result<Link> remove_link(Connection& db, const ShortCode& code,
                                       const links::Precondition& only_if, Timestamp now);

[[nodiscard]] result<Link> restore_link(Connection& db, const ShortCode& code,
                                        const links::Precondition& only_if, Timestamp now);

[[nodiscard]] result<std::vector<ShortCode>> give_links(Connection& db, const std::vector<ShortCode>& codes,
                                                        const std::optional<KeyId>& from, const KeyId& to);

}  // namespace curt::store::postgres
