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

/// Like find_row(). SQLite has a single write lock, which the caller already holds; there is no row to lock.
[[nodiscard]] inline std::optional<Link> lock_row(Connection& db, const ShortCode& code) {
  return find_row(db, code);
}
inline void lock_reuse(Connection& /*db*/, const TargetUrl& /*target*/) {}

/// The oldest link that serves as well as the new one: neither deleted, expired when that is created nor
/// spent.
[[nodiscard]] std::optional<Link> find_reusable(Connection& db, const links::NewLink& link, ReuseMatch match);

/// Stores the link, unless its code is or ever was in use: then false.
[[nodiscard]] bool insert_row(Connection& db, const links::NewLink& link);

/// Writes everything of the link that an edit can change.
void update_row(Connection& db, const Link& link);

/// Counts more visits of the link as spent.
void spend_row(Connection& db, const ShortCode& code, std::uint64_t visits);

/// Marks the link as deleted; `link` says when and in which version.
void delete_row(Connection& db, const Link& link);

}  // namespace curt::store::sqlite
