#pragma once

#include <optional>
#include <span>
#include <unordered_set>
#include <vector>

#include "curt/domain/link.hpp"
#include "curt/links/link_store.hpp"

#include "store/link_values.hpp"
#include "store/postgres/connection/connection.hpp"

namespace curt::store::postgres {

/// The link with this code, a deleted one too.
[[nodiscard]] std::optional<Link> find_row(Connection& db, const ShortCode& code);

/// Like find_row(), with an owner only if it owns the link; no other transaction changes the link until the
/// end of this one.
[[nodiscard]] std::optional<Link> lock_row(Connection& db, const ShortCode& code,
                                           const std::optional<KeyId>& owner);

/// The oldest link that serves as well as the new one, with its owner: neither deleted, expired when that is
/// created nor spent.
[[nodiscard]] std::optional<Link> find_reusable(Connection& db, const links::NewLink& link, ReuseMatch match);

/// Stores the links in one statement, but for those whose code is or ever was in use; of several with one
/// code the first one is stored. Returns the codes of those that were stored.
[[nodiscard]] std::unordered_set<ShortCode> insert_rows(Connection& db,
                                                        std::span<const links::NewLink* const> links);

/// Stores one link, unless its code is or ever was in use: then false.
[[nodiscard]] bool insert_row(Connection& db, const links::NewLink& link);

/// Until the end of the transaction, others wait here who look for a link to reuse with this target.
void lock_reuse(Connection& db, const TargetUrl& target);

/// Writes everything of the link that an edit can change.
void update_row(Connection& db, const Link& link);

/// Gives those of these links that belong to `from` (nothing: to nobody) and are not deleted to `to`, in a
/// statement that commits itself. Returns their codes, in order.
[[nodiscard]] std::vector<ShortCode> give_rows(Connection& db, const std::vector<ShortCode>& codes,
                                               const std::optional<KeyId>& from, const KeyId& to);

/// Marks the link as deleted; `link` says when and in which version.
void delete_row(Connection& db, const Link& link);

/// Marks a deleted link as there again; `link` says since when and in which version.
void restore_row(Connection& db, const Link& link);

}  // namespace curt::store::postgres
