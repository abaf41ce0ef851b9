#pragma once

#include <cstdint>
#include <vector>

#include "curt/links/link_store.hpp"

#include "store/sqlite/connection/connection.hpp"

namespace curt::store::sqlite {

// The writes of links::LinkStore, each to be run inside a transaction of `db`. After an error the caller
// undoes what was written. What they throw is SQLite::Exception.

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

[[nodiscard]] result<std::vector<ShortCode>> give_links(Connection& db, std::vector<ShortCode> codes,
                                                        const std::optional<KeyId>& from, const KeyId& to);

/// Without visits it only reads.
[[nodiscard]] result<links::Spent> spend_visits(Connection& db, const ShortCode& code, std::uint64_t visits,
                                                Timestamp now);

}  // namespace curt::store::sqlite
