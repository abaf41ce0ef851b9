#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "curt/domain/link.hpp"
#include "curt/links/link_store.hpp"

#include "store/sqlite/connection.hpp"

namespace curt::store {

/// The first 8 bytes of the target's SHA-256: with a weaker hash, anybody could make many targets share one.
[[nodiscard]] std::int64_t hash_of(const TargetUrl& target);

/// Tags as the database keeps them: a JSON array. Equal tags give equal text.
[[nodiscard]] std::string tags_to_json(const std::vector<std::string>& tags);

/// The link of a row with CURT_LINK_COLUMNS.
[[nodiscard]] Link read_link(const Execution& row);

/// The link with this code, a deleted one too.
[[nodiscard]] std::optional<Link> find_row(Connection& db, const ShortCode& code);

/// Which title and tags a link must have to be reused.
enum class ReuseMatch {
  target_and_settings,
  named_title_and_tags,  ///< those of the new link too, where it names any
};

/// The oldest link that serves as well as the new one: neither deleted nor expired when that is created.
[[nodiscard]] std::optional<Link> find_reusable(Connection& db, const links::NewLink& link, ReuseMatch match);

/// Stores the link, unless its code is or ever was in use: then false.
[[nodiscard]] bool insert_row(Connection& db, const links::NewLink& link);

/// Writes everything of the link that an edit can change.
void update_row(Connection& db, const Link& link);

/// Marks the link as deleted; `link` says when and in which version.
void delete_row(Connection& db, const Link& link);

}  // namespace curt::store
