#pragma once

#include <optional>
#include <span>
#include <string>
#include <unordered_set>
#include <vector>

#include "curt/domain/link.hpp"
#include "curt/links/link_store.hpp"

#include "store/link_values.hpp"
#include "store/postgres/pool/session.hpp"

namespace curt::store::postgres {

// Values as parameters have them.
[[nodiscard]] std::string text_of(const ShortCode& code);
[[nodiscard]] std::string text_of(Timestamp time);
[[nodiscard]] std::optional<std::string> text_of(const std::optional<Timestamp>& time);

/// The link of a row with CURT_POSTGRES_LINK_COLUMNS.
[[nodiscard]] Link read_link(const pqxx::row& row);

/// The link with this code, a deleted one too.
[[nodiscard]] std::optional<Link> find_row(Session& db, const ShortCode& code);

/// The same, and no other transaction changes it until the end of this one.
[[nodiscard]] std::optional<Link> lock_row(Session& db, const ShortCode& code);

/// The oldest link that serves as well as the new one: neither deleted, expired when that is created nor
/// spent.
[[nodiscard]] std::optional<Link> find_reusable(Session& db, const links::NewLink& link, ReuseMatch match);

/// Stores the links in one statement, but for those whose code is or ever was in use; of several with one
/// code the first one is stored. The codes of those that were.
[[nodiscard]] std::unordered_set<ShortCode> insert_rows(Session& db,
                                                        std::span<const links::NewLink* const> links);

/// Stores one link, unless its code is or ever was in use: then false.
[[nodiscard]] bool insert_row(Session& db, const links::NewLink& link);

/// Until the end of the transaction, others wait here who look for a link to reuse with this target.
void lock_reuse(Session& db, const TargetUrl& target);

/// Writes everything of the link that an edit can change.
void update_row(Session& db, const Link& link);

/// Marks the link as deleted; `link` says when and in which version.
void delete_row(Session& db, const Link& link);

}  // namespace curt::store::postgres
