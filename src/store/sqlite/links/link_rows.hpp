#pragma once

#include <cstdint>
#include <optional>

#include "curt/domain/link.hpp"
#include "curt/links/link_store.hpp"

#include "store/link_values.hpp"
#include "store/sqlite/connection/connection.hpp"

namespace curt::store::sqlite {

/// The link with this code, a deleted one too.
[[nodiscard]] std::optional<Link> find_row(Connection& db, const ShortCode& code);

/// Like find_row(), with an owner only if it owns the link. SQLite has a single write lock, which the caller
/// already holds; there is no row to lock.
[[nodiscard]] std::optional<Link> lock_row(Connection& db, const ShortCode& code,
                                           const std::optional<KeyId>& owner);
inline void lock_reuse(Connection& /*db*/, const TargetUrl& /*target*/) {}

/// The oldest link that serves as well as the new one, with its owner: neither deleted, expired when that is
/// created nor spent.
[[nodiscard]] std::optional<Link> find_reusable(Connection& db, const links::NewLink& link, ReuseMatch match);

/// Stores the link, unless its code is or ever was in use: then false.
[[nodiscard]] bool insert_row(Connection& db, const links::NewLink& link);

/// Adds what an import says of a link's visits to those that are counted, which a code may have that no link
/// had.
void insert_imported_visits(Connection& db, const ShortCode& code, std::int64_t humans, std::int64_t bots);

/// Adds to the imported visits of all links together.
void add_to_imported_visits(Connection& db, std::int64_t humans, std::int64_t bots);

/// Writes everything of the link that an edit can change.
void update_row(Connection& db, const Link& link);

/// Counts more visits of the link as spent.
void spend_row(Connection& db, const ShortCode& code, std::uint64_t visits);

/// Gives the link to `to`; false if it does not belong to `from` (nothing: to nobody), is deleted or not
/// there.
[[nodiscard]] bool give_row(Connection& db, const ShortCode& code, const std::optional<KeyId>& from,
                            const KeyId& to);

/// Marks the link as deleted; `link` says when and in which version.
void delete_row(Connection& db, const Link& link);

/// Marks a deleted link as there again; `link` says since when and in which version.
void restore_row(Connection& db, const Link& link);

}  // namespace curt::store::sqlite
