#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "curt/domain/link.hpp"
#include "curt/links/link_store.hpp"

namespace curt::store {

// What every store makes of links before it writes SQL.

/// The first 8 bytes of the target's SHA-256: with a weaker hash, anybody could make many targets share one.
[[nodiscard]] std::int64_t hash_of(const TargetUrl& target);

/// Tags as the database keeps them: a JSON array. Equal tags give equal text.
[[nodiscard]] std::string tags_to_json(const std::vector<std::string>& tags);
[[nodiscard]] std::vector<std::string> tags_from_json(const std::string& json);

/// The number of the redirect status, such as 302.
[[nodiscard]] std::int64_t status_of(const LinkSettings& settings);

/// Which title and tags a link must have to be reused.
enum class ReuseMatch {
  target_and_settings,   ///< and it may be spent: an import that is repeated finds it
  named_title_and_tags,  ///< those of the new link too, where it names any
};

/// What is known of an earlier request with the same Idempotency-Key.
struct EarlierRequest {
  std::string body_hash;
  ShortCode code;  ///< of the link that answered it
};

/// Whether a stored link serves as well as the new one: neither deleted, expired when that is created nor
/// spent, with the same target, settings and owner, and with the title and tags that the new one names.
[[nodiscard]] bool serves_as(const Link& link, const links::NewLink& wanted);

/// The place of the link in a list that is not sorted by visits.
[[nodiscard]] links::Cursor cursor_of(const Link& link, links::SortKey sort);

/// Whether the cursor is one of a list with this sort key.
[[nodiscard]] bool fits(const links::Cursor& cursor, links::SortKey sort);

/// The error for a cursor that does not fit.
[[nodiscard]] Error foreign_cursor();

}  // namespace curt::store
