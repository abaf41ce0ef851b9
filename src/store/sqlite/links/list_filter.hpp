#pragma once

#include <string>
#include <string_view>

namespace curt::store::sqlite {

/// The condition for the links "l" that a list is of, without its tag and cursor; ?1 is pattern_of() its
/// text.
inline constexpr std::string_view kListFilter =
    "l.deleted_at IS NULL AND (l.code LIKE ?1 ESCAPE '\\' OR l.target LIKE ?1 ESCAPE '\\' OR l.title LIKE ?1"
    " ESCAPE '\\')";

/// For the row "g" of link_tags; ?3 is the tag.
inline constexpr std::string_view kTagFilter = " AND g.tag = ?3";

/// A LIKE pattern for texts that hold `part`.
[[nodiscard]] std::string pattern_of(std::string_view part);

}  // namespace curt::store::sqlite
